/**
 * A program for `bwrap --seccomp` (seccomp(2), struct sock_filter). It takes from a command what no namespace separates:
 * the keyrings of its caller, input pushed into the caller's terminal, and user namespaces, in which it would have
 * capabilities again. Null on an architecture whose numbers are not listed.
 */
export const systemCallFilter = (architecture: string): Buffer | null => {
  const callTables = tablesOf[architecture];
  if (callTables === undefined) return null;
  const program = [load(offsets.architecture), ...callTables.flatMap(ofTable), refuse(ENOSYS)];
  return encode(program);
};

interface CallTable {
  /** AUDIT_ARCH_* of linux/audit.h */
  readonly audit: number;
  readonly ioctl: number;
  readonly clone: number;
  readonly unshare: number;
  readonly setns: number;
  readonly addKey: number;
  readonly requestKey: number;
  readonly keyctl: number;
}

/** The numbers of the kernel's system call tables; a 64-bit kernel runs 32-bit programs too. */
const x64: CallTable = {
  audit: 0xc000003e,
  ioctl: 16,
  clone: 56,
  unshare: 272,
  setns: 308,
  addKey: 248,
  requestKey: 249,
  keyctl: 250,
};
const ia32: CallTable = {
  audit: 0x40000003,
  ioctl: 54,
  clone: 120,
  unshare: 310,
  setns: 346,
  addKey: 286,
  requestKey: 287,
  keyctl: 288,
};
const arm64: CallTable = {
  audit: 0xc00000b7,
  ioctl: 29,
  clone: 220,
  unshare: 97,
  setns: 268,
  addKey: 217,
  requestKey: 218,
  keyctl: 219,
};
const arm: CallTable = {
  audit: 0x40000028,
  ioctl: 54,
  clone: 120,
  unshare: 337,
  setns: 375,
  addKey: 309,
  requestKey: 310,
  keyctl: 311,
};

const tablesOf: Readonly<Record<string, readonly CallTable[]>> = { x64: [x64, ia32], arm64: [arm64, arm] };

/** The same on every architecture. */
const clone3 = 435;
/** Numbers from here on are those of x32, which has its own for some calls. */
const x32 = 0x40000000;
const CLONE_NEWUSER = 0x10000000;
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
const EPERM = 1;
const ENOSYS = 38;

/** In struct seccomp_data; of an argument the lower half, which is all that these calls look at. */
const offsets = { number: 0, architecture: 4, firstArgument: 16, secondArgument: 24 };

interface Instruction {
  readonly code: number;
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  readonly operand: number;
}

const step = (code: number, operand: number, jumpTrue = 0, jumpFalse = 0): Instruction => ({
  code,
  jumpTrue,
  jumpFalse,
  operand,
});
const load = (offset: number) => step(0x20, offset);
const isEqual = 0x15;
const isAtLeast = 0x35;
const hasBit = 0x45;
const allow = step(0x06, 0x7fff0000);
const refuse = (error: number) => step(0x06, 0x00050000 | error);

const refuseCall = (number: number, error = EPERM) => [step(isEqual, number, 0, 1), refuse(error)];

const refuseArgument = (number: number, offset: number, test: number, value: number) => [
  step(isEqual, number, 0, 4),
  load(offset),
  step(test, value, 0, 1),
  refuse(EPERM),
  load(offsets.number),
];

const ofTable = (calls: CallTable): Instruction[] => {
  const block = [
    load(offsets.number),
    ...(calls === x64 ? [step(isAtLeast, x32, 0, 1), refuse(ENOSYS)] : []),
    ...[calls.addKey, calls.requestKey, calls.keyctl, calls.setns].flatMap((number) => refuseCall(number)),
    // its flags are in memory, where a filter cannot look; libraries then use clone
    ...refuseCall(clone3, ENOSYS),
    ...refuseArgument(calls.clone, offsets.firstArgument, hasBit, CLONE_NEWUSER),
    ...refuseArgument(calls.unshare, offsets.firstArgument, hasBit, CLONE_NEWUSER),
    ...[TIOCSTI, TIOCLINUX].flatMap((request) => refuseArgument(calls.ioctl, offsets.secondArgument, isEqual, request)),
    allow,
  ];
  return [step(isEqual, calls.audit, 0, block.length), ...block];
};

/** All at once, without the methods of buffers, which take longer to load than all this takes. */
const encode = (program: readonly Instruction[]): Buffer => {
  const view = new DataView(new ArrayBuffer(program.length * 8));
  for (const [index, { code, jumpTrue, jumpFalse, operand }] of program.entries()) {
    view.setUint16(index * 8, code, true);
    view.setUint8(index * 8 + 2, jumpTrue);
    view.setUint8(index * 8 + 3, jumpFalse);
    view.setUint32(index * 8 + 4, operand, true);
  }
  return Buffer.from(view.buffer);
};
