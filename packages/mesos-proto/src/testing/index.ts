export {
  type HttpExchange,
  type HttpMessage,
  type HttpRequest,
  type HttpResponse,
  readExchanges,
} from './http.ts';
export { readTrace, type Trace, type TraceConnection, type TraceSlice } from './trace.ts';
