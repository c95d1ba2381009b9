"""In a room where trade is welcome, traders are left alone and swindlers are found. All rows are made up here."""

from __future__ import annotations

import msgspec
import pytest

from bot.core.ads.score import Judgement, judge
from bot.core.rules.kind import Example
from bot.core.rules.view import view_of
from bot.core.settings import Scoring
from bot.models import language_model
from bot.packs import compile_rules, load_packs, load_presets
from bot.trial import view_of_example

RULES = compile_rules(load_packs(), language_model())
PRESETS = load_presets()

# What is said, by whom, days in the room.
TRADE = [
    ("今日到货：沃柑五斤29，丹东草莓两斤55，冰糖心苹果十斤48，三点截单，四点半门口取", "鲜果小站", 120),
    (
        "本周团购清单\n1. 土鸡蛋30枚 36元\n2. 东北大米10斤 45元\n3. 山茶油1L 88元\n要的接龙，周五到",
        "团长阿梅",
        60,
    ),
    ("手工水饺，荠菜的和韭菜鸡蛋的都有，一斤30，两斤起送，想吃的提前一天说", "饺子姐", 8),
    ("出九成新婴儿床一张，原价799，现280，带床垫，自提", "安安妈", 30),
    ("家里换了大的，冰箱两门200升出，350，要的私聊发图，三楼没电梯得自己搬", "老周", 0.5),
    ("专业擦玻璃，一扇15，厨房油烟机拆洗120，做了八年了，需要的打我电话 199-0000-5521", "擦窗小吴", 2),
    ("小龙虾今晚开卖！清水虾58一份，十三香68一份，微信下单 demo_longxia，五点后配送", "虾哥", 15),
    ("蛋糕预订：六寸128，八寸188，动物奶油，看款式加我微信 demo_cake66，提前两天订", "甜甜烘焙", 0.3),
    ("代收发顺丰，小件首重12，大件来店里称，门牌2号楼底商", "驿站小李", 90),
    ("考研英语全套真题带笔记，60打包，学校东门面交", "上岸的猫", 5),
    ("周末跟拍情侣照，两小时300，底片全给，精修九张，想约的发日期给我", "木子摄影", 1.0),
    ("店铺到期清货，童装一律20一件，三件50，今天和明天两天，地址学府路15号", "童衣坊", 0.2),
    ("工厂直发保温杯，50个起印logo，单价11块5，三天出货，样品可以先寄", "杯子厂小林", 10),
    ("招晚班收银一名，四千二包一餐，月休四天，来店里面谈，家家福超市", "家家福", 3),
    ("收一台二手跑步机，一千以内，能折叠的优先", "想瘦", 40),
    ("周三去山姆，可以带东西，按小票每单加5块跑腿费，中午十二点前报给我", "山姆代跑", 20),
    ("家政保洁 一小时40 三小时起做 自带工具 有健康证 可以看以前客户的评价", "刘姐家政", 6),
    ("钢琴陪练，音院大三，60一小时，可上门也可线上，先试一节满意再约", "小提", 0.8),
    ("转让健身年卡，还有七个月，1200转，过户费我出，店在万达三楼", "不想动", 14),
    ("自家院子的枇杷熟了，15一斤，现摘现送，数量不多，想要的报斤数", "后山人家", 25),
    ("苹果13，128G，电池86%，屏幕有道划痕，1800，当面验机", "换新机", 4),
    ("群友价：洗剪吹38，烫染八折，提前微信约，老地方二楼", "Tony阿辉", 200),
    ("办公椅批发，120一把，十把起送，可开发票", "家具老何", 9),
    ("出U型枕一个，20包邮，收U盘两个", "搬家啦", 20),
    ("耐克空军一号，43码，专柜正品保真，不是高仿，350", "鞋柜太满", 40),
]
SWINDLE = [
    ("凭身份证就能下款，黑户白户都行，当天到账，加微信 demo_kuai8", "融资小赵", 0.2),
    ("应急周转找我，三千到五万，不看征信，利息好商量", "周转哥", 0.5),
    ("信用卡、花呗、白条额度都能变现，两个点，秒到", "数码回收", 3),
    ("在家点点手机帮商家刷单，一单8块，当天结，一天一两百，加V demo_sd01", "兼职小妹", 0.1),
    ("招抖音点赞员，每个赞2元，做满十单结一次，先垫付后返", "任务部", 1),
    ("招手工串珠，材料寄到家，先交押金200，交货全额退，一个月三四千", "手工坊", 0.4),
    ("高薪招打字员，在家就能做，入职先付298培训费，第一单就返", "人事小陈", 0.2),
    ("百家乐、体育、棋牌都有，注册送88，首充送一倍，上分秒到", "小财神", 0.1),
    ("今晚这场球稳胆，红单跟着我下，连红六天了，进群看记录", "球探老马", 2),
    ("六合彩内部资料，一肖一码，不中不收钱", "发财", 0.3),
    ("同城妹子约吗，学生少妇都有，上门服务，看照片加我", "夜色", 0.1),
    ("裸聊一对一，看头像加我，先看后付", "小甜甜", 0.1),
    ("跟着老师买，每天一只牛股，上周三个涨停，想进群的加我", "股市老张", 0.6),
    ("USDT搬砖套利，日收益3%，稳赚不赔，本金随进随出", "币圈阿凯", 1.5),
    ("您好，您的店铺涉嫌违规已被冻结，请在今天18点前添加客服专员微信处理，逾期关闭", "平台客服", 0.05),
    ("【售后中心】您的快递丢失，可三倍理赔，请加理赔员微信 demo_lp77 提供银行卡号和验证码", "理赔员", 0.05),
    ("办证刻章，学历、驾驶证、房产证都能做，先看样品，加微信 demo_zheng", "办事快", 0.2),
    ("收银行卡四件套，一套两千，用三个月还你", "收卡", 0.3),
    ("考前两小时出答案，四六级、会计、教资都有，不过退款", "押题王", 1),
    ("虚拟币合约带单，大哥实盘操作，昨天翻了三倍，带五个人名额有限", "合约阿杰", 0.5),
    ("内部渠道保录名额，先付定金三千给你留着，录取了再付尾款", "招生办刘", 0.7),
    ("德州扎金花房间号8866，上分找我，提现秒到", "阿豪", 0.2),
    ("长期代开发票，点数低，需要的加v demo_fp77", "票票", 90),
    ("正规住宿餐饮专票普票，先验后付，点位优惠", "财税小叶", 120),
    ("各类证件可办，学历网上可查，驾照不用考", "办事通", 90),
    ("高仿名牌包，一比一复刻，支持验货，要的私", "大牌小店", 200),
    ("USDT承兑，高价收U，现金面交", "老换", 90),
    ("真人百家乐 首充送88", "阿财", 300),
]


def judged(text: str, nick: str, days: float, preset: str = "normal") -> Judgement:
    scene = view_of_example(Example(policy="ads_allowed", tenure_days=days, nick=nick)).scene
    message = msgspec.structs.replace(view_of_example(text).message, name=nick)
    return judge(view_of(message, scene), RULES, Scoring(), PRESETS[preset])


@pytest.mark.parametrize("preset", ["normal", "ads-room"])
@pytest.mark.parametrize(("text", "nick", "days"), TRADE)
def test_a_trader_is_left_alone(text: str, nick: str, days: float, preset: str) -> None:
    found = judged(text, nick, days, preset)
    assert found.verdict == "ok", found


@pytest.mark.parametrize("preset", ["normal", "ads-room"])
@pytest.mark.parametrize(("text", "nick", "days"), SWINDLE)
def test_a_swindler_is_found(text: str, nick: str, days: float, preset: str) -> None:
    assert judged(text, nick, days, preset).verdict != "ok"


def test_a_warning_about_swindlers_passes_there_too() -> None:
    for text in (
        "刚才加我那个说刷单日结的是骗子，先垫付三百就拉黑，大家别信",
        "收银行卡四件套的别理，帮信罪要坐牢的，大家当心",
        "昨天有人冒充客服说我快递丢失要理赔，还要验证码，差点被骗",
    ):
        assert judged(text, "阿宁", 30).verdict == "ok", text


def test_whoever_takes_the_name_of_staff_is_found_there_too() -> None:
    assert judged("大家好，收货款的码换了", "王管家", 0.2).verdict != "ok"
