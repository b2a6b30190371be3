export { backendSocketName, type SocketAddress, socketAddress } from './socket-address.ts';
