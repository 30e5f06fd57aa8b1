"""The hash chain, pure."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.audit.chain import GENESIS, Link, canonical, link, verify


def chain(length: int) -> list[Link]:
    """An unbroken chain."""
    links, previous = [], GENESIS
    for seq in range(1, length + 1):
        payload = {"action": "decided", "subject": ["request", seq]}
        links.append(Link(seq, payload, previous, link(previous, seq, payload)))
        previous = links[-1].hash
    return links


def test_payload_has_one_byte_form_whatever_its_order() -> None:
    assert canonical({"b": 1, "a": "ё"}) == canonical({"a": "ё", "b": 1}) == '{"a":"ё","b":1}'.encode()


def test_hash_is_that_of_the_published_formula() -> None:
    assert link(GENESIS, 1, {}) == "a3dbdfb68216f3c2af884ad3dcbc91f87d9ddc886f9cfc418ebb98b1c4323838"


def test_empty_chain_holds_at_its_beginning() -> None:
    assert verify([]) == verify([], expected=(0, GENESIS))
    assert (verify([]).entries, verify([]).head, verify([]).holds) == (0, GENESIS, True)


def test_whole_chain_holds_and_tells_its_head() -> None:
    links = chain(5)
    verdict = verify(links, expected=(5, links[-1].hash))
    assert (verdict.entries, verdict.head, verdict.broken_at) == (5, links[-1].hash, None)


@given(st.integers(1, 8), st.data())
def test_i8_any_altered_entry_is_found_at_its_place(length: int, data: st.DataObject) -> None:
    links = chain(length)
    place = data.draw(st.integers(0, length - 1))
    change = data.draw(st.sampled_from([{"seq": 99}, {"payload": {"action": "forged"}}, {"previous": "f" * 64}, {"hash": "f" * 64}]))
    links[place] = replace(links[place], **change)
    assert verify(links).broken_at == place + 1


@given(st.integers(2, 8), st.data())
def test_i8_any_removed_or_swapped_entry_is_found(length: int, data: st.DataObject) -> None:
    links = chain(length)
    place = data.draw(st.integers(0, length - 2))
    removed = links[:place] + links[place + 1 :]
    swapped = [*links[:place], links[place + 1], links[place], *links[place + 2 :]]
    assert (verify(removed).broken_at, verify(swapped).broken_at) == (place + 1, place + 1)


def test_i8_rehashed_forgery_breaks_the_next_entry() -> None:
    links = chain(3)
    forged = {"action": "forged"}
    links[1] = Link(2, forged, links[0].hash, link(links[0].hash, 2, forged))
    assert verify(links).broken_at == 3


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_i8_cut_tail_is_seen_only_by_an_outside_anchor(cut: int) -> None:
    links = chain(4)
    anchor = (4, links[-1].hash)
    shortened = links[: 4 - cut]
    assert verify(shortened).holds
    assert verify(shortened, expected=anchor).broken_at == 4 - cut + 1
