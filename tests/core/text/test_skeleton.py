"""Near-copies share a skeleton or most of its trigrams."""

from bot.core.text.normalise import plain
from bot.core.text.skeleton import likeness, skeleton, trigrams


def test_digits_emoji_and_marks_do_not_change_a_skeleton():
    one, other = "兼职日结150！！加V abc", "兼职，日结200😂加 v：abc"
    assert skeleton(plain(one)) == skeleton(plain(other)) == "兼职日结加vabc"


def test_likeness_is_the_share_of_common_trigrams():
    one = trigrams("招聘兼职日结加我")
    assert likeness(one, one) == 1.0
    assert likeness(one, trigrams("今天天气真好")) == 0.0
    assert likeness(one, trigrams("招聘兼职日结找他")) == 4 / 8
    assert likeness(trigrams(""), trigrams("")) == 0.0
    assert trigrams("好的") == {"好的"}
