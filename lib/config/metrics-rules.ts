import { refusal } from '../../lambda/contract/rules.ts';
import { ALARMS_ON_CUSTOM_METRICS } from './alarm-config.ts';
import type { CheckedExporterOptions } from './config.ts';

/** Finds alarms, dashboards and options that need custom metrics, in an exporter without them: they would have no data. */
export function metricsMistakes(options: CheckedExporterOptions, path: string): string[] {
  const { metrics, exports, disabledAlarms, dashboard } = options;
  if (metrics) return [];
  const prefix = path.replace(/exports$/, '');
  const enabledAlarms = ALARMS_ON_CUSTOM_METRICS.filter((name) => !disabledAlarms.includes(name));
  const optionsOnMetrics = exports.flatMap((config, index) => {
    const keys = {
      alarms: config.alarms?.length ? config.alarms : undefined,
      rollouts: config.rollouts,
      'metrics.changes': config.metrics?.changes || undefined,
    };
    return Object.entries(keys).flatMap(([key, value]) =>
      value === undefined ? [] : [{ name: `${path}[${index}].${key}`, value }],
    );
  });
  return [
    ...(enabledAlarms.length > 0
      ? [
          refusal(
            `${prefix}disabledAlarms must have ${enabledAlarms.join(', ')} with metrics: false, for they watch custom metrics: add ` +
              'them, or set metrics to true',
            disabledAlarms,
          ),
        ]
      : []),
    ...(dashboard
      ? [
          refusal(
            `${prefix}dashboard must be false with metrics: false, for it shows custom metrics: set it, or metrics to true`,
            dashboard,
          ),
        ]
      : []),
    ...optionsOnMetrics.map(({ name, value }) =>
      refusal(
        `${name} must be left out with metrics: false, for it needs custom metrics: list exports without it, or set ` +
          'metrics to true',
        value,
      ),
    ),
  ];
}
