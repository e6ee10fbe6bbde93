/**
 * Maximum size of the value of a table parameter in AWS Glue, bytes. The values of an enum projection are such a value.
 * Source: AWS Glue API Reference, TableInput, Parameters.
 */
export const MAX_PARAMETER_BYTES = 512_000;
