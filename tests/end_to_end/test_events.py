"""What happens is told as events, by the command and to whoever follows."""

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from tests.end_to_end.conftest import Running, eventually


def test_events_come_once_and_can_be_followed(household: Running) -> None:
    begin, end = (datetime.now(UTC) + timedelta(minutes=each) for each in (12, 120))
    window = f'{{kind: bedtime, from: "{begin:%H:%M}", to: "{end:%H:%M}"}}'
    household.write("windows: []", f"windows: [{window}]")
    eventually(lambda: "Bedtime for Lina in 1" in household.run("events"))
    command = [sys.executable, "-m", "guardian.cli.main", "events", "--follow", "--json"]
    command += ["--config", str(household.config), "--state", str(household.state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as following:
        assert following.stdout is not None
        kinds = (json.loads(line) for line in following.stdout)
        first = next(each for each in kinds if each["kind"] != "letter")  # on Sunday evenings
        assert (first["kind"], first["person"]) == ("window", "Lina")
        assert first["minutes"] in (11, 12)
        household.run("pause", "Lina", "20m", "--for", "games")
        household.run("requests", "ask", "Lina", "x.ads.test")
        household.run("requests", "answer", "1", "no")
        told = [json.loads(following.stdout.readline()) for _ in range(3)]
        following.send_signal(signal.SIGINT)
        assert following.wait(5) == 0
    assert sorted(each["kind"] for each in told) == ["answered", "asked", "pause"]
    assert "x.ads.test" not in str(told)
    seen = household.run("events")
    household.stop()
    household.start()
    household.run("pause", "Lina", "--end", "--for", "games")
    last = max(each["id"] for each in told)
    eventually(lambda: household.run("events", "--after", str(last)))
    assert "The pause of games for Lina is over" in household.run("events", "--after", str(last))
    assert household.run("events").startswith(seen)
