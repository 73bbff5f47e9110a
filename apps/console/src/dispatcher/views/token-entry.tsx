import { useEffect, useRef, useState } from 'preact/hooks';
import { PageTitle } from '../../shared/parts.tsx';

interface TokenEntryProps {
  /** Why the dispatcher did not let the reader in. */
  readonly reason: string;
  readonly onToken: (token: string) => void;
  /** Where it can be done without. */
  readonly onCancel?: (() => void) | undefined;
}

/** Asks who the reader is. The token stays in the page's memory, and is gone with it. */
export function TokenEntry({ reason, onToken, onCancel }: TokenEntryProps) {
  const [token, setToken] = useState('');
  const field = useRef<HTMLInputElement>(null);
  // There is nothing else to do here.
  useEffect(() => field.current?.focus(), []);
  // What a header cannot carry is no token, and the browser would not even send it.
  const isToken = /^[\x21-\x7e]+$/.test(token.trim());
  return (
    <>
      <PageTitle>A token is needed</PageTitle>
      <form
        class="token prose"
        // By hand: the page's policy lets no form go anywhere, and the token must not stand in an address.
        onSubmit={(event) => {
          event.preventDefault();
          if (isToken) onToken(token.trim());
        }}
      >
        <p>{sentence(reason)}</p>
        <p>
          <label for="token">Access token</label>
          <input
            id="token"
            ref={field}
            type="password"
            autoComplete="off"
            spellcheck={false}
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
          <button type="submit" class="primary" disabled={!isToken}>
            Go on
          </button>{' '}
          {onCancel && (
            <button type="button" onClick={onCancel}>
              Cancel
            </button>
          )}
        </p>
        <p class="faint">It is kept in this page’s memory alone: reloading or closing the page forgets it.</p>
      </form>
    </>
  );
}

function sentence(text: string): string {
  const begin = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begin) ? begin : `${begin}.`;
}
