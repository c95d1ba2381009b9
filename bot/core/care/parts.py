"""Parts: who of a case has which role in its playbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.care.danger import endangered_in, role_for
from bot.core.care.lines import care_of
from bot.core.care.rota import on_duty
from bot.core.staff import is_staff

if TYPE_CHECKING:
    from bot.core.care.records import Care, Track
    from bot.core.draft import Draft
    from bot.core.playbook.model import Playbook, Role, Who
    from bot.core.records import Case, RoomState


OF_STAFF: frozenset[Who] = frozenset({"staff", "colleague"})


def people_of(draft: Draft, room: RoomState, case: Case, playbook: Playbook, role: Role) -> tuple[str, ...]:
    """Return who has a role in a case; whoever keeps at another, or leads a clique, is no mere party.

    Args:
        draft: the decision in the making.
        room: the case's.
        case: the case.
        playbook: the edition the case has now.
        role: one of its roles.
    """
    care = care_of(case)
    if role.who == "colleague":
        # Against us as a whole: whoever is on duty was to answer.
        named = care.target is not None and is_staff(draft.policy, room, care.target)
        return (care.target,) if named and care.target is not None else tuple(on_duty(draft, room)[:1])
    if case.kind == "safety":
        return tuple(p for p in endangered_in(care) if role_for(playbook, care, p) == role)
    return tuple(party for party in care.parties if role_now(playbook, care, party) == role)


def role_now(playbook: Playbook, care: Care, person: str) -> Role | None:
    """Return the role of a party as the case stands now; None where the playbook has none for them.

    Args:
        playbook: the edition the case has now.
        care: the case's care.
        person: one of its parties.
    """
    if person in care.ringleaders:
        special = playbook.role_of("ringleader")
    elif care.attacker is not None and person in {care.attacker, care.target}:
        special = playbook.role_of("attacker" if person == care.attacker else "target")
    else:
        special = None
    return special or playbook.role_of("party")


def who_of(playbook: Playbook, track: Track) -> Who:
    """Return what part the person of a track has in the playbook."""
    role = playbook.role(track.role)
    return "party" if role is None else role.who
