"""A clock that can be put forward: nobody has to wait for an hour of silence.

The file that LOCAL_AWS_CLOCK names holds the seconds by which it is ahead. Functions live by it from their next invocation on,
and so do the scheduled times of EventBridge Scheduler and the alarms. Schedules still fire by the true time. Who signs by the
true time is heard as well as who signs by the other one.
"""
import os
from datetime import datetime, timedelta, timezone
from time import time

from ministack.core import lambda_runtime, sigv4

INVOKED = "const ctx = msg.ctx || {};"
PRELUDE = """
let _aheadMs = 0;
const _TrueDate = Date;
globalThis.Date = class Date extends _TrueDate {
  constructor(...given) {
    super(...(given.length > 0 ? given : [_TrueDate.now() + _aheadMs]));
  }
  static now() {
    return _TrueDate.now() + _aheadMs;
  }
};
function _readClock() {
  try {
    _aheadMs = 1000 * Number(require("fs").readFileSync(process.env.LOCAL_AWS_CLOCK, "utf8"));
  } catch {
    _aheadMs = 0;
  }
}
"""


def seconds_in(variable):
    """The number in the file that an environment variable names; 0 where there is none."""
    try:
        with open(os.environ.get(variable, ""), encoding="utf8") as file:
            return float(file.read())
    except FileNotFoundError:
        return 0


def now():
    return time() + seconds_in("LOCAL_AWS_CLOCK")


def apply():
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    assert INVOKED in script
    lambda_runtime._NODEJS_WORKER_SCRIPT = PRELUDE + script.replace(INVOKED, f"_readClock();\n    {INVOKED}")
    failure = sigv4.request_time_failure

    def failure_by_both(signature, *, now=None):
        ahead = timedelta(seconds=seconds_in("LOCAL_AWS_CLOCK"))
        moment = now or datetime.now(timezone.utc)
        return failure(signature, now=moment) and failure(signature, now=moment + ahead)

    sigv4.request_time_failure = failure_by_both
