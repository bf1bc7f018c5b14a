"""The faults, one function each: what is broken, who is asking at that moment, and what has to hold."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

from bench.chaos.load import crowd
from bench.chaos.people import BEGUN_ANEW, FIRST, THEN, Person, Texting, summed
from bench.chaos.stage import ANSWERED, LOST, REFUSED, WRONG, Result, Stage, ask_all, cries, held, none_of

IN_FLIGHT = 0.7  # seconds until the messages sent are all with the action servers, which are frozen
AWAY = 10.0  # seconds for which Redis is lost


async def _killed_mid_turn(stage: Stage, name: str, people: list[Person]) -> list[str]:
    """What became of the messages of ``people`` that waited for the action servers while ``name`` was killed."""
    for process in stage.fleet.all("actions"):
        process.signal(signal.SIGSTOP)
    asking = asyncio.create_task(ask_all(people, THEN))
    await asyncio.sleep(IN_FLIGHT)
    stage.fleet[name].kill()
    for process in stage.fleet.all("actions"):
        process.signal(signal.SIGCONT)
    return await asking


async def worker(stage: Stage) -> Result:
    """A Rasa worker is killed while it works on messages."""
    people = await stage.begin(12)
    during = await _killed_mid_turn(stage, "rasa-1", people)
    after = await stage.recovers(people)
    stage.fleet["rasa-1"].start()
    stage.fleet["rasa-1"].wait()
    return Result("a Rasa worker killed mid-turn", 1, f"at that moment: {summed(during)}; their next message: {summed(after)}", held(
        the_fault_hit_messages=REFUSED in during, nobody_is_left_without_an_answer=none_of(during, LOST),
        no_reply_of_another=none_of(during + after, WRONG), every_conversation_goes_on=set(after) == {ANSWERED},
    ))


async def action_server(stage: Stage) -> Result:
    """One action server is killed: the call is made again, to the other. Then both are gone: that is said. Then they are back."""
    people = await stage.begin(9)
    first, *others = stage.fleet.all("actions")
    first.kill()
    one = await ask_all(people, THEN)
    for process in others:
        process.kill()
    none = await ask_all(people, THEN)
    for process in (first, *others):
        process.start()
    for process in (first, *others):
        process.wait()
    back = await stage.recovers(people)
    return Result("an action server killed, then all of them", 2, f"one gone: {summed(one)}; all gone: {summed(none)}; back: {summed(back)}", held(
        one_gone_is_not_noticed=set(one) == {ANSWERED}, all_gone_is_said=set(none) == {REFUSED}, they_are_answered_again=set(back) == {ANSWERED},
    ))


async def gateway(stage: Stage) -> Result:
    """A gateway is killed while messages wait in it. What Slack had already handed over to it is lost with it, and counted."""
    people = await stage.begin(12)
    during = await _killed_mid_turn(stage, "gateway-1", people)
    after = await stage.recovers(people, seconds=40)
    stage.fleet["gateway-1"].start()
    stage.fleet["gateway-1"].wait()
    in_slack = sum(person.channel == "slack" for person in people)
    return Result("a gateway killed mid-turn", 1, f"at that moment: {summed(during)}; their next message: {summed(after)}", held(
        the_fault_hit_messages=set(during) != {ANSWERED}, only_what_slack_had_handed_over_is_lost=during.count(LOST) <= in_slack,
        no_reply_of_another=none_of(during + after, WRONG), every_conversation_goes_on=set(after) == {ANSWERED},
    ))


async def redis_frozen(stage: Stage) -> Result:
    """Redis hangs for ten seconds: it takes connections and answers nothing."""
    return await _without_redis(stage, "Redis frozen for 10 s", freeze=True)


async def redis_killed(stage: Stage) -> Result:
    """Redis is killed and comes back after ten seconds: the conversations are gone, the opt-outs are not."""
    return await _without_redis(stage, "Redis killed, back after 10 s", freeze=False)


async def _without_redis(stage: Stage, fault: str, *, freeze: bool) -> Result:
    people = await stage.begin(9)
    gone = Texting(stage.town, people[0].section)
    await gone.send("STOP")
    both = stage.fleet.all("redis")
    for process in both:
        process.signal(signal.SIGSTOP) if freeze else process.kill()
    back = asyncio.create_task(asyncio.sleep(AWAY))
    heard, seconds = await cries(people)
    during = await ask_all(people, THEN)
    texted = await gone.is_texted()
    await back
    for process in both:
        if freeze:
            process.signal(signal.SIGCONT)
        else:
            process.start()
            process.wait()
    after = await stage.recovers(people, THEN if freeze else FIRST)  # killed, it has lost the conversations: they begin anew
    texted = await gone.is_texted() or texted
    texts = [outcome for person, outcome in zip(people, during, strict=True) if person.channel == "text"]
    others = [outcome for person, outcome in zip(people, during, strict=True) if person.channel != "text"]
    # Nobody can tell now who opted out of texts: apart from danger, a text is held back rather than sent to someone who did.
    counts = f"in danger: {heard} of {len(people)} given the numbers within {seconds:.1f} s; others: {summed(others)}, {len(texts)} texts not " \
             f"answered; after: {summed(after)}"
    return Result(fault, 2, counts, held(
        everyone_in_danger_is_answered=heard == len(people),
        the_others_get_the_numbers=none_of(others, LOST, ANSWERED),
        no_text_is_sent_blindly=none_of(texts, ANSWERED),
        no_reply_of_another=none_of(during + after, WRONG),
        everyone_is_answered_again=set(after) == {ANSWERED}, who_opted_out_is_not_texted=not texted,
    ))


async def rolling(stage: Stage) -> Result:
    """Everything is restarted, one after the other, under load."""
    done = asyncio.Event()
    crowding = asyncio.create_task(crowd(stage.town, lambda _: not done.is_set(), 6))
    await asyncio.sleep(1)
    restarted = [process for tier in ("gateway", "rasa", "actions") for process in stage.fleet.all(tier)]
    for process in restarted:
        await asyncio.to_thread(process.restart)
    await asyncio.sleep(1)
    done.set()
    seen = await crowding
    return Result("rolling restart under load", len(restarted), f"{seen.messages} messages: {summed(seen.all)}", held(
        every_message_is_answered_or_refused=none_of(seen.all, LOST), no_reply_of_another=none_of(seen.all, WRONG),
        every_conversation_goes_on=none_of(seen.all, BEGUN_ANEW), most_are_answered=seen.of(ANSWERED) > 0.5 * seen.messages,
    ))


FAULTS: dict[str, Callable[[Stage], Awaitable[Result]]] = {
    "worker": worker, "actions": action_server, "gateway": gateway, "redis-frozen": redis_frozen, "redis-killed": redis_killed, "rolling": rolling,
}
