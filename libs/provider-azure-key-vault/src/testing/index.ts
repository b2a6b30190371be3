export { clientCertificate, testAuthority } from './certificates.ts';
export { FakeAzure } from './fake-azure.ts';
