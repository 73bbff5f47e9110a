import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import { frameworkInfo, MasterHarness, reserved, task } from '../support/master-harness.ts';

const { Type } = mesos.v1.Offer.Operation;
const { RW, RO } = mesos.v1.Volume.Mode;
const { MULTI_ROLE, RESERVATION_REFINEMENT } = mesos.v1.FrameworkInfo.Capability.Type;
const { OperationState } = mesos.v1;

const REFINING = { capabilities: [{ type: MULTI_ROLE }, { type: RESERVATION_REFINEMENT }] };
const FREE = 'cpus(reservations: [(DYNAMIC,spark)]):1; disk(reservations: [(DYNAMIC,spark)]):36';
const DISK = { persistence: { id: 'v1' }, volume: { mode: RW, containerPath: 'data' } };

/** A volume, or what somebody takes for one. */
function volume(disk: mesos.v1.Resource.IDiskInfo | null = DISK, roles = ['spark'], size = 64) {
  return reserved(`disk:${size}`, roles, 'spark').map((resource) => ({
    ...resource,
    ...(disk && { disk }),
  }));
}

function scene(more: Partial<mesos.v1.IFrameworkInfo> = {}) {
  const master = new MasterHarness();
  const agentId = master.agent('cpus:4;mem:4096;disk:100');
  const framework = master.subscribe(frameworkInfo(['spark'], { ...REFINING, ...more }));
  const principal = more.principal;
  const resources = reserved('cpus:1;disk:100', ['spark'], 'spark').map((resource) => ({
    ...resource,
    reservations: (resource.reservations ?? []).map((layer) => ({
      ...layer,
      ...(principal && { principal }),
    })),
  }));
  framework.operate(framework.takeOffers(), [{ type: Type.RESERVE, reserve: { resources } }]);
  const operate = (operation: mesos.v1.Offer.IOperation) => {
    framework.call('REVIVE');
    framework.operate(framework.takeOffers(), [{ ...operation, id: { value: 'op' } }]);
    const [status] = framework
      .take()
      .flatMap(({ updateOperationStatus }) => (updateOperationStatus ? [updateOperationStatus.status] : []));
    return status;
  };
  const reservedText = () =>
    master.core.state.agents
      .get(agentId)
      ?.resources.filter(({ isReserved }) => isReserved)
      .text();
  return { master, agentId, framework, operate, reservedText };
}

describe('GROW_VOLUME and SHRINK_VOLUME', () => {
  const grow = (addition: number, more: Partial<mesos.v1.IResource> = {}) => {
    const [whole] = volume();
    const [part] = volume(null, ['spark'], addition);
    return {
      type: Type.GROW_VOLUME,
      growVolume: {
        volume: whole as mesos.v1.IResource,
        addition: { ...(part as mesos.v1.IResource), ...more },
      },
    };
  };
  const shrink = (subtract: number, more: Partial<mesos.v1.IResource> = {}) => {
    const [whole] = volume();
    const shrinkVolume = {
      volume: { ...(whole as mesos.v1.IResource), ...more },
      subtract: { value: subtract },
    };
    return { type: Type.SHRINK_VOLUME, shrinkVolume };
  };
  const made = () => {
    const all = scene();
    all.operate({ type: Type.CREATE, create: { volumes: volume() } });
    return all;
  };

  it('make a volume of another size, with the same id and path', () => {
    const { operate, reservedText } = made();
    expect(operate(grow(30))?.state).toBe(OperationState.OPERATION_FINISHED);
    const volumeText = 'disk(reservations: [(DYNAMIC,spark)])[v1:data]';
    expect(reservedText()).toBe(
      `cpus(reservations: [(DYNAMIC,spark)]):1; disk(reservations: [(DYNAMIC,spark)]):6; ${volumeText}:94`,
    );
    const [larger] = volume(DISK, ['spark'], 94);
    const shrinkVolume = { volume: larger as mesos.v1.IResource, subtract: { value: 93.5 } };
    expect(operate({ type: Type.SHRINK_VOLUME, shrinkVolume })?.state).toBe(
      OperationState.OPERATION_FINISHED,
    );
    expect(reservedText()).toContain(`${volumeText}:0.5`);
    expect(reservedText()).toContain('disk(reservations: [(DYNAMIC,spark)]):99.5');
  });

  it('give the volume out only with the next offer, not to later operations of the same ACCEPT', () => {
    const { framework, agentId } = made();
    framework.call('REVIVE');
    const [larger] = volume(DISK, ['spark'], 94);
    framework.operate(framework.takeOffers(), [
      grow(30),
      {
        type: Type.LAUNCH,
        launch: { taskInfos: [{ ...task('t', agentId), resources: larger ? [larger] : [] }] },
      },
    ]);
    expect(framework.takeStatuses()).toMatchObject([
      { message: expect.stringContaining('required by task and its executor is more than available') },
    ]);
    framework.call('REVIVE');
    const offered = framework.takeOffers().flatMap(({ resources }) => resources ?? []);
    expect(offered.filter(({ disk }) => disk)).toMatchObject([{ scalar: { value: 94 } }]);
  });

  it.each([
    ['of nothing', grow(0), "The size of 'GrowVolume.addition' field must be greater than zero"],
    [
      'of other disk',
      grow(5, { reservations: [] }),
      "Incompatible resources in the 'GrowVolume.volume' and 'GrowVolume.addition' fields",
    ],
    ['of what is not offered', grow(500), 'Invalid GROW_VOLUME operation: '],
    ['by nothing', shrink(0), "Value of 'ShrinkVolume.subtract' must be greater than zero"],
    [
      'to nothing',
      shrink(64),
      "Value of 'ShrinkVolume.subtract' must be smaller than the size of 'ShrinkVolume.volume'",
    ],
    [
      'what is no volume',
      shrink(1, { disk: null }),
      "Invalid persistent volume in the 'ShrinkVolume.volume' field: Resource disk",
    ],
    ['what is shared', shrink(1, { shared: {} }), 'Shrinking a shared persistent volume is not supported'],
    [
      'of a provider',
      shrink(1, { providerId: { value: 'p' } }),
      'Shrinking a volume from a resource provider',
    ],
  ])('refuse a change %s, in the words of a real master', (_what, operation, text) => {
    const { operate } = made();
    const status = operate(operation);
    expect(status?.state).toBe(OperationState.OPERATION_ERROR);
    expect(status?.message?.startsWith(text)).toBe(true);
  });
});

describe('CREATE', () => {
  it('makes a volume of reserved disk, which is offered to its role with its id and path', () => {
    const { framework, operate, reservedText } = scene();
    expect(operate({ type: Type.CREATE, create: { volumes: volume() } })?.state).toBe(
      OperationState.OPERATION_FINISHED,
    );
    expect(reservedText()).toBe(`${FREE}; disk(reservations: [(DYNAMIC,spark)])[v1:data]:64`);
    framework.call('REVIVE');
    const offered = framework.takeOffers().flatMap(({ resources }) => resources ?? []);
    expect(offered.filter(({ disk }) => disk)).toMatchObject([{ name: 'disk', disk: DISK }]);
  });

  const { volume: where, persistence } = DISK;
  it.each([
    [
      'of disk that nobody has reserved',
      volume(DISK, []),
      /^Invalid resources: Invalid DiskInfo: .*unreserved/,
    ],
    ['without an id', volume({ volume: where }), /Non-persistent volume not supported/],
    ['with nothing said of it', volume({}), /DiskInfo is set but empty/],
    ['without a path', volume({ persistence }), /Expecting 'volume' to be set/],
    [
      'of a folder of the host',
      volume({ persistence, volume: { ...where, hostPath: '/' } }),
      /'host_path' to be unset/,
    ],
    ['whose id is a path', volume({ persistence: { id: '../x' }, volume: where }), /Invalid persistence ID/],
    ['of what is no disk', volume(null), /^Not a persistent volume: Resource .* does not have DiskInfo/],
    [
      'for reading only',
      volume({ persistence, volume: { ...where, mode: RO } }),
      /^Not a persistent volume: Read-only/,
    ],
    ['twice', [...volume(), ...volume()], /^Persistence ID 'v1' is not unique/],
    ['of more than there is', volume(DISK, ['spark'], 101), / does not contain /],
  ])('%s is refused with the reason', (_title, volumes, reason) => {
    const { operate, reservedText } = scene();
    const before = reservedText();
    const status = operate({ type: Type.CREATE, create: { volumes } });
    expect(status).toMatchObject({
      state: OperationState.OPERATION_ERROR,
      message: expect.stringMatching(reason),
    });
    expect(reservedText()).toBe(before);
  });

  it('asks that the volume names the principal that makes it', () => {
    const { operate } = scene({ principal: 'me' });
    const create = (disk: mesos.v1.Resource.IDiskInfo) =>
      operate({
        type: Type.CREATE,
        create: {
          volumes: volume(disk).map((resource) => ({
            ...resource,
            reservations: (resource.reservations ?? []).map((layer) => ({ ...layer, principal: 'me' })),
          })),
        },
      });
    expect(create(DISK)?.message).toContain("no principal set in 'disk.persistence'");
    expect(create({ ...DISK, persistence: { id: 'v1', principal: 'you' } })?.message).toContain(
      "principal 'you'",
    );
    expect(create({ ...DISK, persistence: { id: 'v1', principal: 'me' } })?.state).toBe(
      OperationState.OPERATION_FINISHED,
    );
  });
});

describe('a volume', () => {
  it('is used whole or not at all', () => {
    const { framework, operate, agentId } = scene();
    operate({ type: Type.CREATE, create: { volumes: volume() } });
    framework.call('REVIVE');
    const part = volume(DISK, ['spark'], 32);
    framework.accept(framework.takeOffers(), [{ ...task('t', agentId), resources: part }], 0);
    expect(framework.takeStatuses().map(({ message }) => message)).toEqual([
      expect.stringContaining('is more than available'),
    ]);
  });

  it('cannot be made again under the same id, and can when it is gone', () => {
    const { operate } = scene();
    const again = { type: Type.CREATE, create: { volumes: volume(DISK, ['spark'], 16) } };
    operate(again);
    expect(operate(again)?.message).toContain("Persistence ID 'v1' is not unique");
    operate({ type: Type.DESTROY, destroy: { volumes: volume(DISK, ['spark'], 16) } });
    expect(operate(again)?.state).toBe(OperationState.OPERATION_FINISHED);
  });
});

describe('DESTROY', () => {
  it('makes the volume reserved disk again', () => {
    const { operate, reservedText } = scene();
    const before = reservedText();
    operate({ type: Type.CREATE, create: { volumes: volume() } });
    operate({ type: Type.DESTROY, destroy: { volumes: volume() } });
    expect(reservedText()).toBe(before);
  });

  it('of a volume that is not there is refused', () => {
    const { operate } = scene();
    expect(operate({ type: Type.DESTROY, destroy: { volumes: volume() } })?.message).toContain(
      'Persistent volumes not found',
    );
  });
});

describe('an operator', () => {
  it('makes volumes and destroys them, on agents whose resources are out in offers, too', () => {
    const { master, agentId, reservedText } = scene();
    const volumes = volume().map(({ allocationInfo: _allocation, ...resource }) => resource);
    const before = reservedText();
    const createVolumes = { agentId: { value: agentId }, volumes };
    expect(master.operator('CREATE_VOLUMES', { createVolumes })).toBeUndefined();
    expect(reservedText()).toContain('[v1:data]:64');
    expect(master.operator('CREATE_VOLUMES', { createVolumes })?.status).toBe(400);
    expect(master.operator('DESTROY_VOLUMES', { destroyVolumes: createVolumes })).toBeUndefined();
    expect(reservedText()).toBe(before);
  });
});
