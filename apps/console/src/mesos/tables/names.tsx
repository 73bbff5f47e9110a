import { shortId } from '../../shared/format.ts';
import { agentLink, frameworkLink } from '../links.ts';

/** An id by its telling end; the whole of it shows when it is pointed at. */
export function ShortId({ id }: { id: string }) {
  return (
    <span class="id" title={id}>
      {shortId(id)}
    </span>
  );
}

/** An agent by its host name, with the end of its id where there are several on one machine. */
export function AgentName({ agentId, hostname }: { agentId: string; hostname: string }) {
  return (
    <a href={agentLink(agentId)} title={agentId}>
      {hostname} <span class="id faint">{shortId(agentId)}</span>
    </a>
  );
}

/** A framework by its name, with the end of its id. */
export function FrameworkName({ id, name }: { id: string; name: string }) {
  return (
    <a href={frameworkLink(id)} title={id}>
      {name} <span class="id faint">{shortId(id)}</span>
    </a>
  );
}
