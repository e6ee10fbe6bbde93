/**
 * Errors of the function that come again whenever it is invoked again: the state machine ends an execution at once by one of
 * them, and tries again after all others. ThingGroupDeletedError and OvertakenError are among them: such a run begins anew by
 * itself where its time allows. Step Functions knows an error of a function by its name. Those of AWS Lambda are temporary, and
 * so is CredentialsError.
 * Source: AWS Step Functions Developer Guide, "Handling errors in Step Functions workflows", Error names.
 */
export const NOT_WORTH_A_RETRY: readonly string[] = [
  'BadEventError',
  'BadEnvironmentError',
  'AccessDeniedError',
  'RequestRefusedError',
  'ThingGroupDeletedError',
  'OutOfTimeError',
  'OvertakenError',
  'StoreRefusedError',
  'StateMachineRefusedError',
  'OrphanedRowsError',
  'DamagedRecordError',
];
