import { testAuthority } from './certificates.ts';
import { FakeEntra } from './fake-entra.ts';
import { FakeKeyVault } from './fake-key-vault.ts';

/** A vault and the login service that it trusts, as two servers on this machine. */
export class FakeAzure {
  private constructor(
    readonly entra: FakeEntra,
    readonly vault: FakeKeyVault,
  ) {}

  static async start(): Promise<FakeAzure> {
    const entra = new FakeEntra();
    const vault = new FakeKeyVault(entra);
    await Promise.all([entra.listen(), vault.listen()]);
    return new FakeAzure(entra, vault);
  }

  /** The configuration that an administrator would enter. */
  get configuration(): Record<string, string> {
    return { ...this.configurationWithoutProof, client_secret: this.entra.clientSecret };
  }

  get configurationWithoutProof(): Record<string, string> {
    return {
      vault_url: this.vault.address,
      authority_host: this.entra.address,
      tenant_id: this.entra.tenantId,
      client_id: 'fake-client',
      ca_certificate: testAuthority,
      verify_challenge_resource: 'false',
    };
  }

  reset(): void {
    this.entra.reset();
    this.vault.reset();
  }

  async close(): Promise<void> {
    await Promise.all([this.entra.close(), this.vault.close()]);
  }
}
