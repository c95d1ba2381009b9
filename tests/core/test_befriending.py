"""Friend requests that reach the account: wanted from members, counted from those who add one after another."""

from __future__ import annotations

import pytest

from bot.core.effects import AcceptFriend
from bot.core.events import Account, FriendRequest, Room
from bot.core.members import befriending
from tests.core.ads.test_behaviour import Town, rules_of
from tests.core.scene import BOT, GUARD, OPERATOR, OWNER, STAFF

AD = "加V xhm_demo88 手机兼职日结200"
WARES = "手工牛轧糖现做现发，一盒28元，要的私我，加微信 demo_tang8"
POLITE = "我是群聊“母婴群”的小林"


@pytest.fixture
def town():
    town = Town()
    town.tell(Account(at=town.now, state="login", self_id=BOT))
    town.open("r2", "读书群")
    return town


def asks(town, member, text="", **more):
    return town.tell(FriendRequest(at=town.now, member=member, text=text, id=f"f{town.now}", **more))


def counted(town, member):
    person = town.state.people.get(member)
    return 0 if person is None else befriending.times(person, town.now)


def stranger(town, who="n1"):
    town.join(who)
    town.join(who, room="r2")
    return who


@pytest.mark.parametrize("text", ["", POLITE, "老师好，想咨询一下课程价格", "hi"])
def test_a_member_who_asks_is_welcome_and_counted_for_nothing(town, text):
    for _ in range(3):
        assert asks(town, "u1", text).effects == (AcceptFriend(member="u1", request=f"f{town.now}"),)
        town.later(hours=5)
    assert counted(town, "u1") == 0


def test_a_newcomer_who_asks_at_once_is_welcome_too(town):
    town.join("n1")
    assert asks(town, "n1", POLITE).effects
    assert counted(town, "n1") == 0


def test_an_ad_in_the_request_counts_and_is_not_accepted(town):
    assert asks(town, "u1", AD).effects == ()
    assert counted(town, "u1") == 1


def test_a_stranger_in_several_rooms_counts_and_is_welcome(town):
    assert asks(town, stranger(town), POLITE).effects
    assert counted(town, "n1") == 1


def test_an_ad_from_such_a_stranger_counts_for_both(town):
    asks(town, stranger(town), AD)
    assert counted(town, "n1") == 2


@pytest.mark.parametrize("speaks", ["r1", "r2"])
def test_whoever_has_spoken_in_one_of_the_rooms_is_no_stranger(town, speaks):
    stranger(town)
    town.say("n1", "大家好，新来的", room=speaks)
    asks(town, "n1")
    assert counted(town, "n1") == 0


def test_nor_is_anybody_whose_joining_date_nobody_knows(town):
    town.roster("u1", "u2", room="r2")
    asks(town, "u1")
    assert counted(town, "u1") == 0


def test_nor_who_joined_long_ago_or_left_again(town):
    stranger(town)
    stranger(town, "n2")
    town.leave("n2", room="r2")
    asks(town, "n2")
    town.later(days=4)
    asks(town, "n1")
    assert (counted(town, "n1"), counted(town, "n2")) == (0, 0)


def test_somebody_in_no_room_is_nobodys_business(town):
    assert asks(town, "outsider", AD).effects == ()
    assert "outsider" not in town.state.people


@pytest.mark.parametrize("person", [OWNER, STAFF, GUARD, OPERATOR, BOT])
def test_the_immune_are_never_counted(town, person):
    town.join(person)
    asks(town, person, AD)
    assert counted(town, person) == 0


def test_the_staff_of_one_room_are_counted_in_none(town):
    town.tell(Room(at=town.now, room="r2", owner="another", staff=("u1",)))
    town.join("u1", room="r2")
    asks(town, "u1", AD)
    assert counted(town, "u1") == 0


def test_requests_within_an_hour_are_one(town):
    for minutes in (0, 5, 50, 10):
        town.later(minutes=minutes)
        asks(town, "u1", AD)
    assert counted(town, "u1") == 2


def test_what_was_counted_fades_and_stays_small(town):
    for _ in range(20):
        asks(town, "u1", AD)
        town.later(hours=2)
    assert len(town.state.people["u1"].befriending) == 8
    town.later(days=14)
    assert counted(town, "u1") == 0


def test_it_makes_an_ad_weigh_more_and_is_nothing_alone(town):
    asks(town, stranger(town), AD)
    town.later(hours=2)
    assert town.say("n1", "大家早上好呀，今天天气真好").verdict == "ok"
    decision = town.say("n1", WARES)
    assert "behaviour/befriending" in rules_of(decision)
    other = Town()
    other.join("n1")
    other.later(hours=2)
    assert decision.score > other.say("n1", WARES).score


def test_undo_of_a_case_that_built_on_it_forgets_it(town):
    asks(town, stranger(town), AD)
    town.later(hours=2)
    town.arrive(town.say("n1", WARES))
    assert "behaviour/befriending" in {found.rule for found in town.case().evidence}
    town.whisper(OPERATOR, f"/undo {town.case().number}")
    assert counted(town, "n1") == 0
    town.later(hours=2)
    assert "behaviour/befriending" not in rules_of(town.say("n1", WARES.replace("牛轧", "花生")))
