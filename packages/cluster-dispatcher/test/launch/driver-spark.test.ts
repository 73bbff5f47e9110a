import { describe, expect, test } from 'vitest';
import { missingSpark, sparkFor, sparkOfPeer, sparkOfVersion } from '../../src/launch/driver-spark.ts';

const sparksOf = (...versions: string[]) =>
  versions.map((version) => ({ home: `/opt/spark-${version}`, version }));
const SPARKS = sparksOf('4.3.0', '4.0.1', '3.5.6', '3.0.3', '2.4.8');

describe('D72: of several Sparks', () => {
  test.each([
    ['3.5.6', '3.5.6'],
    ['3.5.1', '3.5.6'],
    ['3.4.4', '3.5.6'],
    ['3.1.3', '3.0.3'],
    ['4.1.0-preview2', '4.0.1'],
    ['4.2.0', '4.3.0'],
    ['2.3.4', '2.4.8'],
    ['5.0.0', undefined],
    ['unknown', undefined],
  ])('a client that says %s has the driver run %s', (version, expected) => {
    expect(sparkOfVersion(SPARKS, version)?.version).toBe(expected);
  });

  test('one that a client does not say, or that speaks otherwise, is not taken for its own', () => {
    expect(sparkOfVersion(SPARKS.slice(0, 1), '3.5.6')).toBeUndefined();
    const homes = SPARKS.slice(2, 4).map(({ home }) => home);
    expect(sparkOfPeer(SPARKS, homes, '/usr/lib/spark-3.1.3-bin-hadoop2.7')?.version).toBe('3.0.3');
    expect(sparkOfPeer(SPARKS, homes, '/usr/lib/spark')?.version).toBe('3.5.6');
    expect(sparkOfPeer(SPARKS, homes, '/usr/lib/spark-4.3.0')?.version).toBe('3.5.6');
    expect(sparkOfPeer(SPARKS, [], '/usr/lib/spark-4.3.0')).toBeUndefined();
  });

  test('the one that a submission wants is found where it has moved, and where it was mended', () => {
    const wanted = { sparkHome: '/srv/spark', sparkVersion: '3.5.4' };
    expect(sparkFor(SPARKS, { ...wanted, sparkHome: '/opt/spark-3.0.3' })?.version).toBe('3.5.6');
    const nameless = [{ home: '/srv/spark' }, ...SPARKS];
    expect(sparkFor(nameless, wanted)).toBe(nameless[0]);
    expect(sparkFor(SPARKS, wanted)?.version).toBe('3.5.6');
    expect(missingSpark(SPARKS, wanted)).toBeUndefined();
    expect(missingSpark(SPARKS, { ...wanted, sparkVersion: '3.3.4' })).toBe(
      'Spark 3.3.4 (it was at /srv/spark)',
    );
    expect(missingSpark(SPARKS, { sparkHome: '/opt/spark-4.3.0', sparkVersion: '3.3.4' })).toBe(
      'Spark 3.3.4 (it was at /opt/spark-4.3.0)',
    );
    expect(missingSpark(SPARKS, { sparkHome: '/srv/spark' })).toBe('the Spark of /srv/spark');
    expect(missingSpark(SPARKS, {})).toBeUndefined();
    expect(missingSpark([], wanted)).toBeUndefined();
  });
});
