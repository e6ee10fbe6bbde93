/** An error that the service answers with. */
export class ServiceError extends Error {
  override readonly name: string;
  readonly statusCode: number;

  constructor(name: string, statusCode: number, message: string) {
    super(message);
    this.name = name;
    this.statusCode = statusCode;
  }
}

export function invalidRequest(message: string): ServiceError {
  return new ServiceError('InvalidRequestException', 400, message);
}

export function resourceNotFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', 404, message);
}

/** AWS IoT throttles with 400, not with 429. */
export function throttled(): ServiceError {
  return new ServiceError('ThrottlingException', 400, 'Rate exceeded');
}
