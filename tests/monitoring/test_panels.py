"""Several panels are watched beside each other."""

from pathlib import Path

from tests.monitoring.rig import new_rig


async def test_one_panel_that_is_down_leaves_the_other_alone(tmp_path: Path) -> None:
    async with new_rig(tmp_path, panels=2) as rig:
        first, second = (sandbox.world.add_server("Survival", state="running") for sandbox in rig.sandboxes)
        await rig.begin()
        await rig.pass_time(70)
        rig.sandboxes[0].world.settings.maintenance = True
        before = len(rig.collector.of(second))
        await rig.pass_time(180)
        panels = {
            name: [
                batch.panel.is_reachable
                for batch in rig.collector.batches
                if batch.panel is not None and batch.panel_id == name
            ]
            for name in rig.panels
        }
        assert panels["main"][-1] is False
        assert False not in panels["panel-1"]
        assert len(rig.collector.of(second)) - before == 3
        assert {watch.status.panel_id for watch in rig.monitors} == {"main", "panel-1"}
        assert rig.collector.of(first)
