"""DNS lives where a real packet is answered, and no look at it is counted for anybody."""

import asyncio
import json
from ipaddress import ip_address
from pathlib import Path

from guardian.service.heartbeat import beats
from guardian.settings.endpoints import Endpoint
from tests.end_to_end.conftest import eventually, free_port, lived_in

CONFIG = """
household: {{time_zone: UTC}}
listen: {{dns: ["127.0.0.1:{port}", "[::1]:{port}"], web: "127.0.0.1:{web}"}}
upstreams: [{{address: 127.0.0.1, port: 9}}]
lists: {{bundled: none}}
unknown_devices: {{profile: none}}
"""

BEATS = 50


def test_a_running_house_has_one_and_a_silent_port_has_none(tmp_path: Path) -> None:
    port, web = free_port(), free_port()
    config = tmp_path / "home.yaml"
    config.write_text(CONFIG.format(port=port, web=web))
    here = [Endpoint(ip_address(each), port) for each in ("127.0.0.1", "::1")]
    with lived_in(config, tmp_path / "state", port, web) as house:
        for _ in range(BEATS):
            assert asyncio.run(beats(here, 5))
        house.ask("localhost", client="127.0.0.5")
        eventually(lambda: "127.0.0.5" in house.run("devices"))
        assert json.loads(house.run("status", "--json"))["queries_today"] < BEATS
    assert not asyncio.run(beats(here, 0.2))
