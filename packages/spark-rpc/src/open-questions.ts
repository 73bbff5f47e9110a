import { SparkRpcError } from './errors.ts';

interface OpenQuestion {
  readonly resolve: (content: Uint8Array) => void;
  readonly reject: (error: SparkRpcError) => void;
  readonly timer: NodeJS.Timeout;
}

/** The questions that one side has asked and that have no answer yet. */
export class OpenQuestions {
  readonly #questions = new Map<bigint, OpenQuestion>();

  /** Resolves to the answer: a Java object stream. */
  wait(requestId: bigint, endpoint: string, timeoutMs: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#questions.delete(requestId);
        const message = `no answer from ${endpoint} within ${timeoutMs} ms`;
        reject(new SparkRpcError('SPARK_RPC_TIMEOUT', message));
      }, timeoutMs);
      this.#questions.set(requestId, { resolve, reject, timer });
    });
  }

  /** False where nobody waits any more. */
  answered(requestId: bigint, content: Uint8Array): boolean {
    const question = this.#settle(requestId);
    question?.resolve(content);
    return question !== undefined;
  }

  /** False where nobody waits any more. */
  failed(requestId: bigint, error: SparkRpcError): boolean {
    const question = this.#settle(requestId);
    question?.reject(error);
    return question !== undefined;
  }

  /** None of them will be answered. */
  end(error: SparkRpcError): void {
    for (const requestId of [...this.#questions.keys()]) this.failed(requestId, error);
  }

  #settle(requestId: bigint): OpenQuestion | undefined {
    const question = this.#questions.get(requestId);
    this.#questions.delete(requestId);
    clearTimeout(question?.timer);
    return question;
  }
}
