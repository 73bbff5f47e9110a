/** Where the API is. */
export const API_ROOT = '/api/v2';
