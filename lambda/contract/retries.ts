/**
 * Names of the function's errors that a retry would repeat. The state machine fails the execution on them, and retries all
 * others. ThingGroupDeletedError and OvertakenError are in the list because the run itself restarts if its time allows. Errors
 * of AWS Lambda itself and CredentialsError are temporary. Step Functions identifies a function's error by its name.
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
