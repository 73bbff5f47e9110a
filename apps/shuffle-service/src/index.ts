export { SERVICE_ERROR_CODES, ServiceError, type ServiceErrorCode } from './errors.ts';
export { EXIT_CODES, type ExitReason } from './exit-codes.ts';
export { type ServiceOptions, type ShuffleService, startService } from './service.ts';
export { type ReadSettings, readSettings, type ServiceSettings } from './settings.ts';
