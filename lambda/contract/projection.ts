/**
 * Bytes of a value of a table's parameter, of which the list of an enum of a projection is one: AWS Glue refuses a longer one.
 * Source: AWS Glue API Reference, TableInput, Parameters.
 */
export const MAX_PARAMETER_BYTES = 512_000;
