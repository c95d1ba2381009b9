"""How the words of contact and trade are disguised: split characters, homophones, emoji, pinyin.

Written for this project from the language of such messages. The tables are read by spellings.py; each
entry says what it takes for a spelling to count, so that ordinary words stay what they are.
"""

from __future__ import annotations

# A word and its pinyin. With separators between its characters, or with any of its syllables in pinyin, it is
# restored.
WORDS = """
微信 wei xin,加微信 jia wei xin,加我微信 jia wo wei xin,加微 jia wei,加我 jia wo,我微信 wo wei xin
微信号 wei xin hao,加群 jia qun,进群 jin qun,入群 ru qun,拉群 la qun,群号 qun hao,拉你 la ni,拉我 la wo
入裙 ru qun,微信群 wei xin qun,私聊 si liao,私信 si xin,私我 si wo,私聊我 si liao wo,滴我 di wo
戳我 chuo wo,找我 zhao wo,联系 lian xi,联系我 lian xi wo,咨询 zi xun,客服 ke fu,扣扣 kou kou,企鹅 qi e
扫码 sao ma,二维码 er wei ma,电话 dian hua,专员 zhuan yuan,名片 ming pian,主页 zhu ye,看主页 kan zhu ye
头像 tou xiang,朋友圈 peng you quan,暗号 an hao,名额 ming e,报名 bao ming,备注 bei zhu,兼职 jian zhi
刷单 shua dan,日结 ri jie,佣金 yong jin,返现 fan xian,返利 fan li,返佣 fan yong,垫付 dian fu,点赞 dian zan
做单 zuo dan,冲单 chong dan,一单 yi dan,手机 shou ji,在家 zai jia,赚钱 zhuan qian,副业 fu ye,宝妈 bao ma
抄写 chao xie,手工 shou gong,打字 da zi,好评 hao ping,冲销量 chong xiao liang,销量 xiao liang
试吃员 shi chi yuan,工资 gong zi,贷款 dai kuan,借款 jie kuan,放款 fang kuan,下款 xia kuan,网贷 wang dai
秒批 miao pi,秒到 miao dao,征信 zheng xin,信用卡 xin yong ka,代还 dai huan,套现 tao xian,套出 tao chu
花呗 hua bei,白条 bai tiao,提现 ti xian,提额 ti e,黑户 hei hu,额度 e du,利息 li xi,低息 di xi
无抵押 wu di ya,抵押 di ya,借钱 jie qian,急用钱 ji yong qian,公积金 gong ji jin,棋牌 qi pai
百家乐 bai jia le,彩票 cai piao,博彩 bo cai,赌球 du qiu,赌场 du chang,下注 xia zhu,押注 ya zhu
竞猜 jing cai,竞彩 jing cai,跟单 gen dan,带单 dai dan,回血 hui xue,稳赢 wen ying,稳赚 wen zhuan
荷官 he guan,六合彩 liu he cai,世界杯 shi jie bei,现场直播 xian chang zhi bo,麻将 ma jiang,筹码 chou ma
盘口 pan kou,上下分 shang xia fen,上分 shang fen,涨停 zhang ting,涨停板 zhang ting ban,内幕 nei mu
内部消息 nei bu xiao xi,股票 gu piao,牛股 niu gu,荐股 jian gu,炒股 chao gu,现金 xian jin,大涨 da zhang
复牌 fu pai,虚拟币 xu ni bi,比特币 bi te bi,搬砖 ban zhuan,套利 tao li,合约 he yue,投资 tou zi
收益 shou yi,分红 fen hong,理财 li cai,导师 dao shi,内部 nei bu,翻倍 fan bei,信托 xin tuo,免费 mian fei
免费领 mian fei ling,领取 ling qu,优惠 you hui,优惠券 you hui quan,红包 hong bao,福利 fu li,特价 te jia
清仓 qing cang,包邮 bao you,批发 pi fa,厂价 chang jia,内购 nei gou,内购群 nei gou qun,超市 chao shi
团购 tuan gou,免税店 mian shui dian,代购 dai gou,直邮 zhi you,正品 zheng pin,高仿 gao fang,外卖 wai mai
鸡蛋 ji dan,面膜 mian mo,代理 dai li,招代理 zhao dai li,招聘 zhao pin,招募 zhao mu,加盟 jia meng
日赚 ri zhuan,月入 yue ru,日入 ri ru,包赔 bao pei,代练 dai lian,代打 dai da,代肝 dai gan,陪玩 pei wan
租号 zu hao,外挂 wai gua,透视 tou shi,自瞄 zi miao,封号 feng hao,辅助 fu zhu,绝地辅助 jue di fu zhu
刷分 shua fen,代刷 dai shua,代跑 dai pao,代开 dai kai,代办 dai ban,代发 dai fa,论文 lun wen
毕业论文 bi ye lun wen,代写 dai xie,代做 dai zuo,代考 dai kao,包过 bao guo,保过 bao guo,降重 jiang chong
查重 cha chong,真题 zhen ti,答案 da an,押题 ya ti,网课 wang ke,刷课 shua ke,课程 ke cheng,毕设 bi she
课设 ke she,考试 kao shi,保分 bao fen,包分 bao fen,证书 zheng shu,办证 ban zheng,考前 kao qian
付款 fu kuan,先付 xian fu,会员 hui yuan,网盘 wang pan,资料 zi liao,电子书 dian zi shu,体验课 ti yan ke
试听 shi ting,知识付费 zhi shi fu fei,减肥 jian fei,瘦身 shou shen,减脂 jian zhi,增高 zeng gao
丰胸 feng xiong,祛斑 qu ban,祛痘 qu dou,祛湿 qu shi,暴瘦 bao shou,涨粉 zhang fen,掉粉 diao fen
刷粉 shua fen,万粉 wan fen,粉丝 fen si,人气 ren qi,直播间 zhi bo jian,起号 qi hao,抖音 dou yin
投票 tou piao,拉票 la piao,刷票 shua piao,砍价 kan jia,助力 zhu li,关注 guan zhu,点一下 dian yi xia
帮忙投票 bang mang tou piao,裸聊 luo liao,约炮 yue pao,同城 tong cheng,陪聊 pei liao,上门 shang men
小姐姐 xiao jie jie,嫩模 nen mo,私密 si mi,看片 kan pian,尺度 chi du,私房 si fang,寂寞 ji mo,外围 wai wei
男士 nan shi,连麦 lian mai,真人 zhen ren,少妇 shao fu,退款 tui kuan,理赔 li pei,保证金 bao zheng jin
押金 ya jin,保险 bao xian,开票 kai piao,发票 fa piao,学历 xue li,流水 liu shui,转让 zhuan rang
出售 chu shou,回收 hui shou,模特 mo te,主播 zhu bo,安全 an quan,下单 xia dan,秒发 miao fa,停气 ting qi
通下水 tong xia shui,修水管 xiu shui guan,报价 bao jia,动态 dong tai,详情 xiang qing,老板 lao ban
需要的 xu yao de,想要的 xiang yao de,要的 yao de,懂的 dong de,免押 mian ya,全款 quan kuan
当天结 dang tian jie,包赚 bao zhuan
"""

# Parts that no ordinary text uses on their own: with the right neighbour they are always one character.
SPLIT = """
亻言信 亻訁信 亻十什 亻代代 亻弋代 亻七化 亻介价 亻尔你 亻也他 亻门们 亻尹伊 亻士仕 亻牛件 亻壬任 亻分份
亻方仿 亻生住 亻主住 亻木休 亻本体 亻夫伕 亻故做 亻乍作 亻吏使 亻更便 亻到倒 亻专传 亻衣依 亻呆保 亻昔借
亻音倍 亻氐低 亻直值 亻占佔 亻建健 亻赏偿 亻立位 亻固個 亻义仪 亻二仁 亻古估 亻弗佛 亻用佣 亻责债 亻尚倘
亻共供 亻匈佝 亻扁偏 亻寺侍 亻可何 亻中仲 亻云传 亻圭佳 亻隹催 亻贝侦 亻足促 亻象像 亻列例 亻谷俗 亻需儒
亻舌佸 讠正证 讠己记 讠舌话 讠青请 讠果课 讠式试 讠寸讨 讠平评 讠司词 讠人认 讠只识 讠殳设 讠十计 讠仑论
讠羊详 讠兑说 讠吾语 讠卖读 讠周调 讠炎谈 讠方访 讠川训 讠义议 讠井讲 讠隹谁 讠射谢 讠某谋 讠寺诗 讠者诸
讠成诚 讠斥诉 讠乍诈 讠午许 讠上让 讠亥该 讠斤诉 讠次谘 讠旬询 讠皆谐 讠益谥 讠氏诋 扌丁打 扌戈找 扌甶抽
扌由抽 扌白拍 扌立拉 扌召招 扌军挥 扌奂换 扌妥授 扌安按 扌是提 扌支技 扌殳投 扌甲押 扌氐抵 扌旦担 扌包抱
扌报报 扌卜扑 扌斗抖 扌合拾 扌佥捡 扌虎唬 扌巴把 扌非排 扌采採 扌受授 扌广扩 扌妾接 扌隹推 扌肖捎 扌客搁
扌罗攞 扌专抟 扌寺持 扌旨指 扌尤扰 扌少抄 扌仓抢 扌皮披 扌比批 扌昏搢 扌宛挽 扌艮掯 氵兑涚 氵气汽 氵主注
氵去法 氵又汉 氵工江 氵可河 氵永泳 氵先洗 氵每海 氵由油 氵舌活 氵龙泷 氵子浮 氵胡湖 氵显湿 氵咸减 氵古沽
氵台治 氵寿涛 氵张涨 氵弟涕 氵夬决 氵票漂 纟工红 纟吉结 纟及级 纟合给 纟录绿 纟内纳 纟充统 纟且组 纟田细
纟圣经 纟冬终 纟帛绵 纟泉线 纟责绩 纟扁编 纟勺约 纟周绸 纟各络 纟者绪 糸工红 糸吉结 糸勺约 钅戋钱 钅艮银
钅同铜 钅失铁 钅令铃 钅十针 钅肖销 钅录录 钅真镇 钅巾钟 钅中钟 钅半锌 钅甬铺 钅甫铺 钅帛锦 金戋钱 金艮银
金肖销 金失铁 金甫铺 饣反饭 饣官馆 饣欠饮 饣并饼 饣包饱 饣我饿 饣余馀 衤库裤 衤皮被 衤由袖 礻土社 礻见视
礻申神 礻畐福 礻兄祝 礻必秘 阝击陆 犭苗猫 犭句狗 犭者猪 忄青情 忄夬快 忄生性 忄董懂 忄亡忙 忄曼慢 刂禾利
禾刂利 至刂到 另刂别 矢口知 广占店 广车库 广木床 疒丙病 宀子字 宀女安 宀元完 冖与写 艹化花 艹早草 艹采菜
艹约药 彳亍行 彳艮很 彳导得 辶井进 辶文这 辶关送 辶反返 辶米迷 辶力边 辶元远 辶斤近 辶寸过 辶车连 辶先选
辶迷谜 辶周週 辶首道 匚儿匹 氵匚汇 冂口同 囗口回 囗玉国 囗元园 囗大因 囗才团 钅夕铥 力口加 カ口加 カ囗加
力囗加 力曰加 君羊群 禾厶私 禾火秋 言舌话 言果课 言正证 言炎谈 言青请 言平评 言式试 言羊详 言殳设 言卖读
言井讲 言司词 米青精 走取趣 走召超 走戉越 走尹趋 贝占贴 代贝贷 贝兼赚 贝者赌 贝化货 贝反贩 贝勾购 贝易赐
贝兑贩 月殳股 月巴肥 月半胖 月凶胸 月要腰 木示标 木又权 木交校 木圣柽 木幾机 女马妈 女未妹 女且姐 女乃奶
女少妙 牛女妞 米分粉 米唐糖 火少炒 火因烟 马奇骑 口巴吧 口马吗 口尼呢 口自咱 口丁叮 口合哈 口斤听 女昌娼
禾斗科 禾急稳 禾呈程 禾口和 禾兑税 禾多移 虫圭蛙 火韦炜 立占站 立耑端 又鸟鸡 舟亢航 舟支般 木佥检 氵佥验
马佥验 糸从纵 耳关联 耳只职 耳又取 火包炮 火乍炸 火兰烂 白勺的 弓长张 弓虽强 隹八售 言周调 石角确 米且粗
米胡糊 食欠饮 食官馆 又寸对 土鬼块 土成城 目艮眼 目青睛 山夆峰 彐巾帚 页工项 豆页头 令页领 彦页颜 客页额
亚心恶 你心您 米女娄 艹兼蒹 兼艹蒹 走己起 足各路 足艮跟 革化靴 竹同筒 车仑轮 车专转 车圣轻 车俞输 彳殳役
彳主往 彳寺待 禾必秘 木仓枪 王求球 弗贝费 圭寸封 讠票谭 木几机 木其棋 禾中种 酉己配 扌罒捰 舌乚乱 月卑脾
氵肖消 贝曾赠 贝责赜 讠俞谕 立曰音 宀呆保
"""

# Of the pairs above, these also stand side by side in ordinary text. They count only where one of the
# others, whose parts no one uses alone, stands in the message as well.
SPLIT_SHY = """
白勺 弓长 木又 立占 又寸 口合 月半 木几 女乃 女马 米分 你心 口自 口丁 口斤 口巴 口马 口尼 月要 月凶 月巴
木其 木交 木示 火少 火因 火包 石角 马奇 车专 车仑 车圣 足各 足艮 走己 走取 走召 金失 山夆 目青 页工 豆页
令页 客页 王求 弗贝 圭寸 亚心 米女 言周 言平 言青 言果 言正 言式 言舌 言司 言井 言炎 禾口 禾多 禾火 禾斗
又鸟 牛女 女且 女未 女少 土成 土鬼 竹同 革化 耳只 耳又 耳关 舟支 隹八 代贝 贝者 贝化 贝反 贝占 贝勾 车俞
女昌 米且 米胡 食欠 食官 另刂 禾必 火兰 立耑 氵子 彐巾 力曰 禾中 矢口 舌乚
"""

# Spelling, what it stands for, and what it takes:
#   !  always: no ordinary text has it
#   @  where a way to be reached follows (an id, a number, 同号), or the message ends after it
#   #  where a number follows
#   ~  where the message holds a contact or another disguise as well: ordinary talk may have it
HOMOPHONES = """
!微信 薇信 徽信 葳信 薇芯 葳芯 徽芯 威芯 薇❤ 威❤ 葳❤ 徽❤ 微❤ v❤ 喂❤ 维❤ 唯❤ 围❤ 魏❤ 为❤ wei❤ we❤ 薇心 葳心
!微信 徽心 v信 v芯 vx信 薇星 徽星 徽性 薇伩 苇芯 薇新 葳新 唯芯 🛰信
@微信 威信 微芯 微心 威心 卫星 胃星 围心 胃心 胃信 薇欣 微新 维信 伟信 卫信 苇信 喂信 苇心 唯心 薇 葳 徽 ❤
@微信 🛰 💚 微讯 徵信 薇她 威星 微x v心 v星 微號 威号 薇号 vxin v❤信
!加微信 力口亻言 力口微信 力口薇信 +v❤ 十v❤ +薇❤ 十薇❤ 佳薇❤ 加薇❤ 佳v❤ 加v❤ 伽薇❤ 嘉薇❤ 家薇❤ 珈薇❤ 家v❤
!加微信 佳薇信 佳威信 家薇信 嘉薇信 佳薇芯 佳威芯 嘉威心 佳威心 佳薇心 佳苇心 家微信 佳微信 嘉微信 +薇信
!加微信 +威信 +微信 +🛰 加🛰 佳v信 家v信 嘉v信 伽微信 珈微信 +v信 十v信 十薇信
@加微信 力口薇 力口徽 力口威 力口微 力口v 佳薇 佳威 嘉薇 嘉威 家薇 家威 伽薇 珈薇 珈微 佳微 家微 嘉微 枷薇
@加微信 佳v 家v 嘉v 珈v 伽v 佳vx 佳wx 家vx 家wx 嘉vx 佳卫 佳胃 佳徽 佳葳 加薇 加威 加徽 加葳 加卫 加胃 加❤
@加微信 十v 十薇 十威 +薇 +威 +微 +葳 +徽 十vx 十wx 加信 佳信 佳+vx 佳+v 佳+薇 夹v 夹薇 架薇 架v 驾薇
@加微信 jia薇 jiav jiavx jiawx jiawei 家微x 佳维 加维 加wei jia微 jiawe 佳🛰 加星 佳星
!加我微信 +我薇❤ 加我薇❤ 佳我薇❤ 伽我薇❤ 家我薇❤ +我❤ 加我❤ +我v❤ 加我v❤ 加我薇信 佳我薇信 加我威信
!加我微信 +我薇信 佳我薇 佳我v 家我薇 佳我威 佳我威信 伽我薇 伽我v 佳我徽 家我卫星 佳我卫星 家我胃
!加我微信 佳我胃信 佳我胃 加我卫星 加我胃 加我薇 佳我微 家我微 家我威 伽我微 加我徽 加我葳 佳我vx 佳我wx
!加我微信 围我心 +我🛰 加我🛰 加我信 嫁我薇 嫁我微 架我薇 +我薇 +我微 加我徽性
!加我 力口我 カ口我 力囗我 佳莪 家莪 伽莪 珈莪 加莪 咖莪 葭莪 迦莪 加窝 佳窝 +莪 +窝
@加我 佳我 嫁我 伽我 珈我 家我 架我 茄我 十我 +我
!qq 企蛾 企娥 q🐧
#qq 叩叩 蔻蔻 寇寇 筘筘 抠抠 扣扣 企鹅 扣 叩 抠 蔻 🐧 口口 球球 q扣 企额 企鹅号 扣号 丘丘 秋秋
#加qq +q 十q 佳q 家q 嘉q 伽q 加扣 +扣 佳扣 佳叩 十扣 🐧+ +🐧 加🐧 +企鹅 十企鹅 佳企鹅 加企鹅 加口口
!qq群 q裙 qq裙 扣裙 企鹅裙 扣扣裙 扣扣群 q君羊
!内购群 内购君羊 内购裙
!福利群 福利君羊 福利裙
!进群 进君羊
!群号 君羊号
~进群 进裙 近裙 近群 禁群 尽群
!加群 力口群 力口君羊 佳裙 家裙 伽裙 +裙 佳群 加君羊
~加群 加裙 +群 十群
!互助群 互助裙
!优惠群 优惠裙
!内部群 内部裙
!交流群 交流裙
!拉你进群 拉你进裙
#群 裙 裙号 帬
!拉我 拉泥我
!私聊 厶聊 撕聊 斯聊 司聊我 私撩 私l我
~私聊 丝聊 思聊 司聊 丝撩 私料
!私信 厶信 撕信 私芯 丝芯
~私信 丝信 私❤ 司信
!私我 私莪 私窝 厶我 私偶 四我一下
~私我 丝我 思我 撕我 嗦我 丝窝 司我
!滴我 滴窝 滴莪
~滴我 嘀我 嘀窝 迪我
!戳我 戳窝 戳莪
!找我 找窝 找莪
!联系我 联系窝 联系莪 联糸我 练系我
!联系 联糸
!兼职 兼织 鉴职 煎职 尖职 坚职 肩职 兼聀 兼取 兼枳 兼炽
~兼职 兼只 兼值 兼植 兼直 兼知 间职 剪职
!刷单 涮单 唰单 刷丹 刷箪 涮丹 刷耽
~刷单 刷淡 刷蛋 耍单 爽单
!日结 曰结 曰洁 曰节 曰吉
~日结 日节 日洁 日劫 日吉 日桔 日截
!佣金 佣斤 拥斤 傭斤 佣巾
~佣金 拥金 庸金 涌金
!返利 返琍 返俐 返莉
~返利 饭利 返力
!返现 返苋
~返现 饭现 返线
!贷款 贷欵 岱款 贷宽
~贷款 代款 带款 待款 戴款 黛款
!放款 放欵
!信用卡 信佣卡 芯用卡
!花呗 花唄 花钡 花贝呗
~花呗 花被 花贝
!提现 兔现 捉现 提线秒
~提现 题现 体现秒 则现 替现 提先
~变现 便现
!抵押 抵压 抵鸭
~抵押 低押 底押
!免费 免废 免弗 免沸 免肺 勉费
~免费 面费 棉费 绵费
!付费 付废 付弗
~收费 收废
!手续费 手续废 手续弗
!领取 领娶 岭取
!优惠券 优惠劵 优慧券 优惠卷
~领券 领卷
!优惠 优慧 忧惠 尤惠
!红包 红苞 红饱 虹苞
~红包 鸿包 洪包 虹包 宏包
!包过 葆过
~包过 褒过 苞过 宝过
!保过 葆过关
~代写 戴写 待写 袋写
!论文 纶文 仑文
~论文 抡文 沦文 论蚊 轮文 l文
!查重 查虫
~降重 降虫 降种
~代练 戴练 待练 袋练 代炼 带练
!代做 代莋
~代做 戴做
!代购 代沟价
~代购 代沟 戴购 代够
!租号 租呺
!跟单 跟丹
~跟单 根单
!带单 戴单
!股票 股漂
~股票 古票 谷票 鼓票 骨票
~牛股 牛鼓 妞股
~一支股 一支鼓 一只鼓
!涨停 涨亭 涨婷
~涨停 掌停
~代码 代马 代玛
!博彩 搏彩 菠菜平台 菠菜网 菠菜代理 博菜
~博彩 菠菜
!彩票 菜票
~彩票 采票 踩票
!六合彩 六盒菜 六盒彩 六合菜 六和彩 6合彩 六和菜 六合才 香港6合 香港六盒 香港6盒
!百家乐 百傢乐 百加乐 佰家乐
~百家乐 白家乐 摆家乐
!赌博 赌愽 赌搏
~赌博 堵博
!稳赚不赔 稳赚不陪 稳赚卜赔
!稳定 稳腚
!注册 注测 住测
~注册 住册
!秒到账 秒倒账 秒倒帐
!到账 λ账
!入群 λ群
!入金 λ金
!棋牌 琪牌 骑牌
!裸聊 祼聊
~裸聊 果聊 裸撩
!嫩模 嫩莫 嫩摸
!约炮 约啪
~约炮 约泡
~陪聊 赔聊 陪撩
~视频 视屏 试频
!连麦 连脉
~主页 煮页 主叶 猪页 注页
!朋友圈 碰友圈
!直播间 直波间 直拨间
!人气 人汽
~粉丝 分丝
~涨粉 涨份 掌粉
!抖音 豆印 斗印
~抖音 豆音 斗音
~投流 投留
~数据 数局
~投票 投粟 头票
~销量 消量 销亮 销谅
!减肥 减月巴 碱肥
!减脂 戌脂
!祛斑 祛班
!祛痘 祛豆
!保健 葆健
!保健品 保键品
!免税店 免睡店
!分红 飞红
!零投资 零头资
~投资 头资 投姿
!虚拟币 虚拟必 虚拟毕
!合伙人 合火人
~赚米 转米
~赚钱 撰钱 转钱
!咨询 咨洵 谘询 咨旬
~咨询 资询 姿询
!押题 押蹄
~提前批 提前萍
~上岸 上按 上暗
!答案 答岸
!招聘 招骋 召聘
!会员 会圆
~秒发 妙发
!点赞 点攒
!好评 好坪
!征信 征芯 怔信
!利息 利熄
~宝妈 保妈 饱妈
~加入 珈入
!参加 蓡加
!有意 囿意
!一折 一zhe
!包健康 包建康
~滴滴我 嘀嘀我
!在家 茬家 茬傢
!自用 洎用
!自己 洎己
~上车 尚车
"""

# Where one of these stands, the shorter spelling within it is not meant.
ORDINARY = """
力口碑 力口才 力口味 力口罩 力口腔 能力口 压力口 火力口 动力口 努力口 诸君羊 代款项 代款式 带款式 带款项
上一代款 第一代款 二代款 三代款 新一代款 两代款 带款来 待款待 卫星云 卫星图 卫星导航 卫星电视 卫星城
卫星发射 卫星定位 人造卫星 唯心主义 唯心论 加微波 加微量 佳薇薇 家薇薇 加威力 家威风 加信心 加信任 加信息
加信用 增加信 更加信 加卫生 加卫衣 加星号 加星标 追加信 附加信 国家信 大家信 专家信 人家信 国家卫 国家威
大家加我 近群众 近群山 贴近群 接近群 附近群 最近群 靠近群 临近群 将近群 亲近群 远近群 加群众 参加群 增加群
司信任 公司信 上司信 官司信 意思我 公司聊 上司聊 相思我 心思我 公司我 上司我 粉丝我 肉丝我 螺丝我 铁丝我
罗斯我 怎么思我 日节目 日节日 今日节 生日节 节日节 周日节 日洁面 日洁净 每日洁 数局部 轮文化 一轮文 伦文
带练习 待练习 带练口 头票房 转钱包 到帐篷 便现在 便现做 方便现 随便现 顺便现 表面费 市面费 地面费 外面费
页面费 方面费 视屏幕 电视屏 分丝毫 涨份额 涨份子 踩票房 古票 返力 去开采票 消量 上按钮 晚上按 早上按
身上按 上按时 上按照 马上按 手上按 上按着 上按下 以上按 晚上暗 约泡面 约泡脚 约泡温 约泡汤 约泡澡 约泡吧
预约泡 相约泡 大约泡 节约泡 主题现 问题现 话题现 课题现 标题现 难题现 题现在 题现场 一根单 几根单 这根单
那根单 面费心 代码 带款到 打滴我 点滴我 水滴我 嘀嗒 启迪我 莪术 窝里 窝窝 被窝 鸟窝 狗窝 猫窝 鸡窝 窝囊
酒窝 窝在 窝着 一窝 窝边 窝瓜 窝头 蜂窝 窝心 燕窝 心窝 窝点 窝火 蓼莪 安乐窝 小窝 窝工 窝藏 瓜珈 瑜珈 瑜伽
兼知 兼值班 兼直播 红枣 时间职 空间职 期间职 中间职
"""
