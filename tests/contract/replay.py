"""Stories replayed in the sandbox, and where it answers differently from the recordings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.contract import answers, frames
from tests.contract.recorded_world import RecordedWorld, recorded_world
from tests.contract.recordings import Claims, Conversation, Exchange, Recording, conversation, recordings
from tests.contract.shape import differences
from tests.contract.steps import Step, Story
from tests.contract.talk import Talk, converse


@dataclass(slots=True)
class Replay:
    """A story while it is replayed."""

    recorded: RecordedWorld
    mismatches: dict[str, list[str]] = field(default_factory=dict)  # by recording, each line one mismatch

    async def take(self, steps: Sequence[Step]) -> None:
        """Take the steps in order."""
        for step in steps:
            if isinstance(step, Talk):
                await self._talk(step)
            elif isinstance(step, str):
                await self._replay(recordings()[step])
            else:
                done = step(self.recorded)
                if done is not None:
                    await done

    async def _replay(self, recording: Recording) -> None:
        match recording:
            case Exchange():
                self._note(recording.name, answers.mismatches(recording, await self.recorded.play(recording)))
            case Claims():
                ours = self.recorded.claims()
                problems = [f"lifetime: recorded {_spans(recording.claims)}, got {_spans(ours)}"]
                same = _spans(recording.claims) == _spans(ours)
                self._note(
                    recording.name, differences(recording.claims, ours, {}) + ([] if same else problems)
                )
            case Conversation():
                raise TypeError(f"{recording.name} needs a Talk")

    async def _talk(self, talk: Talk) -> None:
        recording = conversation(talk.name)
        heard = await converse(self.recorded, talk, self.take)
        if isinstance(heard, int):
            same = heard == recording.handshake
            self._note(talk.name, [] if same else [f"handshake: recorded {recording.handshake}, got {heard}"])
        else:
            self._note(talk.name, frames.mismatches(frames.recorded_events(recording), heard))

    def _note(self, name: str, mismatches: list[str]) -> None:
        if mismatches:
            self.mismatches[name] = mismatches


def _spans(claims: Mapping[str, int]) -> tuple[int, int]:
    """Give the seconds before and after its issue for which a token is good."""
    return claims["iat"] - claims["nbf"], claims["exp"] - claims["iat"]


async def replay(story: Story) -> dict[str, list[str]]:
    """Replay a story in a sandbox of its own; returns the mismatches by recording."""
    async with recorded_world(story.mode, story.rig) as recorded:
        replayed = Replay(recorded)
        await replayed.take(story.steps)
    return replayed.mismatches
