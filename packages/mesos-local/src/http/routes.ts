import { type HttpHandler, type HttpReply, type HttpRequest, notFoundReply } from './messages.ts';

/** Handlers by path; one also answers for what lies below its path, as libprocess does. */
export type Routes = Readonly<Record<string, HttpHandler>>;

/** The answer of the handler with the longest path that fits, or of `otherwise`. */
export async function route(
  routes: Routes,
  request: HttpRequest,
  otherwise: HttpHandler = notFoundReply,
): Promise<HttpReply> {
  for (let path = request.path; path !== ''; path = path.slice(0, path.lastIndexOf('/'))) {
    if (path !== '/' && Object.hasOwn(routes, path)) return (routes[path] as HttpHandler)(request);
    if (path === '/') break;
  }
  return otherwise(request);
}
