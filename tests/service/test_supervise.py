"""A real resolver process gets what changed, or the whole where it has missed something."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from guardian.lists import bundled
from guardian.network.neighbours import NOBODY
from guardian.policy.timeline import Pause
from guardian.policy.unsure import Known
from guardian.service.budgets import Budgets
from guardian.service.rollout import Rollout
from guardian.settings.settings import parse
from guardian.store.household import Store
from tests.end_to_end.conftest import ask, free_port

CONFIG = """
household: {{time_zone: UTC, country: DE}}
listen: {{dns: ["127.0.0.1:{port}"]}}
upstreams: [{{address: 127.0.0.1, port: 9}}]
local: {{records: {{tv.home.arpa: 192.0.2.7}}}}
lists: {{bundled: none}}
profiles: {{open: {{}}}}
unknown_devices: {{profile: open}}
people: [{{name: Lina, age_band: 9-12, profile: open, devices: [127.0.0.2]}}]
"""
PAUSED, OPEN = ["0.0.0.0"], ["192.0.2.7"]


def test_what_a_resolver_missed_is_made_good(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    port = free_port()
    content = CONFIG.format(port=port).encode()
    settings = parse(content, tmp_path / "home.yaml", bundled.folder())
    store = Store.in_memory()
    now = datetime.now(UTC)
    budgets = Budgets(store, now.date())
    rollout = Rollout()

    def apply() -> None:
        agreed = [*store.spells.running(now), *budgets.used_up(settings.household, now)]
        rollout.apply(settings, NOBODY, b"", agreed, Known(), now)

    async def becomes(expected: list[str]) -> None:
        """Wait until the device's answer is this one."""
        async with asyncio.timeout(10):
            while await asyncio.to_thread(answers) != expected:
                pass

    def answers() -> list[str]:
        return [str(each.rdata) for each in ask(port, "tv.home.arpa", client="127.0.0.2").rr]

    async def go(pause: Callable[[], None], end: Callable[[], None]) -> None:
        rollout.start(settings, tmp_path, {})
        try:
            apply()
            await asyncio.wait_for(rollout.resolvers[0].ready.wait(), 10)
            assert answers() == OPEN
            pause()
            apply()
            await becomes(PAUSED)
            end()
            apply()
            await becomes(OPEN)
            [resolver] = rollout.resolvers
            assert resolver._handed is not None
            resolver._handed = replace(resolver._handed, serial=99)  # it never had that one
            pause()
            apply()
            await becomes(PAUSED)
            end()
            apply()
            await becomes(OPEN)
        finally:
            rollout.stop()

    asyncio.run(
        go(
            lambda: store.spells.add(Pause("Lina", None, now, now + timedelta(hours=1))),
            lambda: store.spells.end(Pause, "Lina", None),
        )
    )
    store.close()
