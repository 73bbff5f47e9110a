import { ShuffleServiceClient } from '@spark-mesos/external-shuffle';
import { loadTls, type TlsMaterial } from '@spark-mesos/spark-network';
import type { RpcSecurity } from './rpc-security.ts';
import type { ShuffleServiceConnector } from './shuffle-registration.ts';

/** Connects to shuffle services as drivers of this gateway do: within TLS, if `spark.ssl.rpc.enabled` is on. */
export function shuffleServiceConnector(tls: RpcSecurity['tls']): ShuffleServiceConnector {
  let material: Promise<TlsMaterial> | undefined;
  return async (address, authentication) => {
    if (tls !== undefined) material ??= loadTls(tls);
    const loaded = await material;
    return ShuffleServiceClient.connect({
      address,
      ...(authentication === undefined ? {} : { authentication }),
      ...(loaded === undefined ? {} : { tls: loaded }),
    });
  };
}
