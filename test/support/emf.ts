import { DIMENSIONS, METRIC_NAMESPACE } from '../../lambda/contract/metrics.ts';

/** A line of CloudWatch's embedded metric format. */
export interface EmfLine {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly string[][];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
}

/** Points as CloudWatch would take them: `JobCount all/SCHEDULED/fleet-eu` and the value. */
export function pointsOf(lines: readonly Record<string, unknown>[]): [string, number][] {
  return lines.flatMap((line) =>
    (line as unknown as EmfLine)._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) => {
      expect(Namespace).toBe(METRIC_NAMESPACE);
      return Metrics.flatMap(({ Name }) =>
        Dimensions.map((names): [string, number] => {
          const values = Object.values(DIMENSIONS)
            .filter((name) => names.includes(name))
            .map((name) => line[name]);
          expect(values).toHaveLength(names.length);
          expect(line[Name]).toEqual(expect.any(Number));
          return [`${Name} ${values.join('/')}`, line[Name] as number];
        }),
      );
    }),
  );
}
