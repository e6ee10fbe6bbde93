/**
 * CDK's own validation of each template takes three quarters of a synthesis. test/lib/cdk-validation.test.ts has it, over
 * stacks with every option.
 */
process.env.CDK_VALIDATION ??= 'false';
