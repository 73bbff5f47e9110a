import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codecOf, decodeMessage, encodeMessage, MesosProtoError, mesos } from '../src/index.ts';

const { Call, Event } = mesos.v1.scheduler;
const { Resource, FrameworkInfo, MasterInfo } = mesos.v1;

function codedOrFine(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(MesosProtoError);
  }
}

describe.each(['protobuf', 'json'] as const)('the %s codec', (contentType) => {
  const codec = codecOf(contentType);

  it('reads what it has written', () => {
    const call: mesos.v1.scheduler.ICall = {
      frameworkId: { value: 'f' },
      type: Call.Type.ACKNOWLEDGE,
      acknowledge: { agentId: { value: 'a' }, taskId: { value: 't' }, uuid: Uint8Array.of(1, 2, 255) },
    };
    const read = codec.decode(Call, codec.encode(Call, call));
    expect(read.type).toBe(Call.Type.ACKNOWLEDGE);
    expect([...(read.acknowledge?.uuid ?? [])]).toEqual([1, 2, 255]);
    expect(read.kill).toBeFalsy();
  });

  it('names every required field that is missing, with its path', () => {
    const call = {
      type: Call.Type.SUBSCRIBE,
      subscribe: { frameworkInfo: {} },
    } as unknown as mesos.v1.scheduler.ICall;
    expect(() => codec.encode(Call, call)).toThrow(
      expect.objectContaining({
        code: 'MESOS_MESSAGE_INCOMPLETE',
        detail: 'Missing required fields: subscribe.framework_info.user, subscribe.framework_info.name',
      }),
    );
  });

  it('throws nothing but coded errors on junk', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => {
        codedOrFine(() => codec.decode(Event, junk));
      }),
      { numRuns: 500 },
    );
  });

  it('throws nothing but coded errors on a message with changed or missing bytes', () => {
    const good = codec.encode(Event, {
      type: Event.Type.OFFERS,
      offers: {
        offers: [
          {
            id: { value: 'o' },
            frameworkId: { value: 'f' },
            agentId: { value: 'a' },
            hostname: 'h',
            resources: [
              { name: 'ports', type: mesos.v1.Value.Type.RANGES, ranges: { range: [{ begin: 1, end: 2 }] } },
            ],
          },
        ],
      },
    });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (position, byte, length) => {
        const bad = good.slice(0, length);
        bad[position] = byte;
        codedOrFine(() => codec.decode(Event, bad));
      }),
      { numRuns: 500 },
    );
  });
});

describe('decoding protobuf', () => {
  it('keeps fields from the future with a message, and writes them again', () => {
    const future = Uint8Array.of(0x9a, 0x3f, 0x02, 0x68, 0x69);
    const resource = encodeMessage(Resource, {
      name: 'cpus',
      type: mesos.v1.Value.Type.SCALAR,
      scalar: { value: 1 },
    });
    const bytes = Uint8Array.from([...resource, ...future]);
    expect([...encodeMessage(Resource, decodeMessage(Resource, bytes))]).toEqual([...bytes]);
  });

  it('takes an enum value from the future as not set', () => {
    const capability = MasterInfo.Capability;
    const decoded = decodeMessage(capability, Uint8Array.of(0x08, 0x63));
    expect(Object.hasOwn(decoded, 'type')).toBe(false);
  });

  it('reads an unset optional field as its default', () => {
    const info = decodeMessage(FrameworkInfo, encodeMessage(FrameworkInfo, { user: 'u', name: 'n' }));
    expect(info.checkpoint).toBe(false);
    expect(info.roles).toEqual([]);
  });

  it('refuses messages that hold themselves too deep', () => {
    const depth = 5_000;
    let bytes = Buffer.from([0x0a, 0x01, 0x78]);
    for (let level = 0; level < depth && bytes.length < 20_000; level += 1) {
      const length = [(bytes.length & 0x7f) | 0x80, ((bytes.length >> 7) & 0x7f) | 0x80, bytes.length >> 14];
      bytes = Buffer.concat([Buffer.from([0x0a, 0x01, 0x78, 0x12, ...length]), bytes]);
    }
    expect(() => decodeMessage(mesos.v1.ContainerID, bytes)).toThrow(
      expect.objectContaining({ code: 'MESOS_MESSAGE_INVALID' }),
    );
  });

  it('throws coded errors when something else than a message is encoded', () => {
    const call = (body: object) => ({ type: Call.Type.ACCEPT, ...body }) as mesos.v1.scheduler.ICall;
    for (const wrong of [
      call({ accept: { offerIds: [null] } }),
      call({ accept: { offerIds: 5 } }),
      null as never,
    ]) {
      for (const codec of [codecOf('protobuf'), codecOf('json')]) {
        expect(() => codec.encode(Call, wrong)).toThrow(
          expect.objectContaining({ code: 'MESOS_MESSAGE_INVALID' }),
        );
      }
    }
  });
});
