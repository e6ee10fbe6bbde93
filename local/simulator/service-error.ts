/** An error response of the service. */
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

/** AWS IoT throttles with status 400, not 429. */
export function throttled(): ServiceError {
  return new ServiceError('ThrottlingException', 400, 'Rate exceeded');
}
