"""What a warning warns of, and what stands beside it: who advertises likes to begin with "小心骗子".

A warning covers what it names: the words it reports (有人说…, 收到私信：…), to the end of the sentence or until
it is judged (…是假的), and what it judges in hindsight (…是套路, …别信). All else is the writer's own.
"""

from __future__ import annotations

import re

# A longer text is no warning in a chat; its beginning says what it is.
_LONGEST = 1000
_clauses = re.compile(r"[^,。!?;…~\n]+[,。!?;…~\n]*").findall
# Between Chinese characters a blank is a comma.
_blank = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_ends = re.compile(r"[。!?;…\n]").search
_warns = re.compile(
    r"骗|诈|假的|套路|传销|杀猪|小心|当心|谨防|提防|警惕|别信|不要信|勿信|别加|别点|别扫|上当|举报|反诈|避雷|曝光|提醒|报警|拉黑|踢|"
    r"注意|不靠谱|scam|fraud|fake|spam|careful|beware"
).search
# Who reports whose words: the speaker is somebody else, and then comes what they say.
_reports = re.compile(
    r"^(?:并|还|就|又|然后)?(?:声称|自称|谎称|称|说|让|叫|要求|冒充)|(?:骗子|有人)[^,。!?;:]{0,6}(?:冒充|假冒)|"
    r"(?:骗子|对方|陌生人|有人|有个|自称|冒充|这人|那人|这个人|那个人|号称|群里|收到|接到|刷到|看到|碰到|遇到|遇见|私信|短信|电话|"
    r"别人|他们?|她们?|someone|somebody|a guy|they|he|she)[^,。!?;:]{0,14}?"
    r"(?:说是|说|让|叫|要|发来|发|问|拉|推|称|加我|私信|短信|广告|链接|消息|电话|told|asked|said|sent|texted|messaged|offers?)"
)
_judges = re.compile(r"骗|诈|假|套路|传销|不靠谱|坑|上当|别信|scam|fake|fraud").search
# Judged in hindsight is what a warning points back to, not what it merely follows.
_points_back = re.compile(
    r"^[,。!?;\s]*(?:这|那|都是|全是|就是|是|的|一看|明显|纯|大家|各位|千万|别|不要|勿|假的|骗人|骗子[!。,]|诈骗|套路|已|我|差点|结果|谁|"
    r"举报|注意|小心|当心|警惕|提醒|it|this|that|all|total|don|be |is )"
).search
# A mark of the goods, not of a fraud: beware of imitations.
_of_imitations = re.compile(r"假冒|仿冒|盗版|假货|(?:谨防|小心|当心)(?:上当|骗子|受骗|被骗)[。!~\s]*$").search


def beside_warning(text: str) -> str:
    """Return what of a text no warning in it covers; "": all of it is a warning or what it warns of.

    Args:
        text: the plain view of somebody's own words.
    """
    own: list[str] = []
    reported = False
    for clause in _clauses(_blank.sub(",", text[:_LONGEST])):
        report = _reports.search(clause)
        if report is not None:
            reported = _judges(clause, report.end()) is None
        elif _warns(clause):
            reported = ":" in clause
            if _points_back(clause) and not _of_imitations(clause):
                own.clear()
        elif not reported:
            own.append(clause)
        if _ends(clause):
            reported = False
    return "".join(own).strip()
