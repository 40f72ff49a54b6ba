"""Runs inside the Debian that Scripts/boot boots: the package, the units and README's way to set them up, for real."""

import sys
import time

import leaving
import serving
import setting_up
import trouble
from machine import run

STEPS = [
    setting_up.the_package_installs_and_starts_nothing,
    setting_up.systemd_has_nothing_to_say_of_the_units,
    setting_up.readme_sets_it_up,
    serving.it_is_ready_and_says_so,
    serving.a_row_becomes_a_mail,
    serving.its_link_opens_by_the_socket,
    serving.the_process_is_as_the_unit_says,
    trouble.restarts_under_load_refuse_nobody,
    trouble.a_reload_reads_settings_anew,
    trouble.one_that_is_killed_comes_back,
    trouble.one_that_hangs_is_ended_by_the_watchdog,
    trouble.one_that_waits_for_its_database_is_not,
    trouble.a_relay_that_is_away_is_no_reason_not_to_start,
    trouble.a_wrong_setting_ends_it_with_a_line_and_both_start_again_when_it_is_mended,
    leaving.an_upgrade_keeps_settings_and_refuses_nobody,
    serving.a_row_becomes_a_mail,
    leaving.the_journal_has_priorities_and_no_secret,
    leaving.a_purge_leaves_only_what_is_not_the_packages,
]

for step in STEPS:
    started = time.monotonic()
    try:
        words = step()
    except Exception as error:
        print(f"FAIL  {step.__name__.replace('_', ' ')}: {error}", flush=True)
        print(run("bash", "-c", "systemctl status --no-pager --lines=40 resetd.service relay.service 2>&1 | grep -v 'request finished' || true"))
        sys.exit(1)
    took = time.monotonic() - started
    print(f"ok    {took:5.1f} s  {step.__name__.replace('_', ' ')}{f': {words}' if words else ''}", flush=True)
print(f"All is well: {len(STEPS)} steps on a booted {run('bash', '-c', '. /etc/os-release; echo $PRETTY_NAME')}")
