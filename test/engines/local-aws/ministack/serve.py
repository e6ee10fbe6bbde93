"""MiniStack, with the answers that this project rests on brought nearer to AWS's.

Run by the interpreter of MiniStack's own environment; port, Region and accounts come from the environment, as MiniStack
documents them. Each module beside this one says what AWS does, and changes that alone.
"""
import alarms
import catalog
import catalog_policies
import clock
import cloudformation_types
import conditions
import embedded_metrics
import executions
import function_errors
import function_modules
import iot_jobs
import organization
import policies
import schedules
import stack_events
import stack_sets

MODULES = (
    alarms, catalog, catalog_policies, clock, cloudformation_types, conditions, embedded_metrics, executions,
    function_errors, function_modules, iot_jobs, organization, policies, schedules, stack_events, stack_sets)
for module in MODULES:
    module.apply()

if __name__ == "__main__":
    from ministack.app import main

    main()
