/** The login service of the public cloud. */
export const publicAuthorityHost = 'https://login.microsoftonline.com';

/**
 * The domains in which Microsoft runs Key Vault. Each is also the audience of its tokens.
 * https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#dns-suffixes-for-object-identifiers
 */
const vaultDomains = ['vault.azure.net', 'vault.azure.cn', 'vault.usgovcloudapi.net', 'vault.microsoftazure.de'];

/** Whether a host belongs to Microsoft, where the domain proves that it is a vault. */
export const isKnownVaultHost = (host: string): boolean => vaultDomains.some((domain) => host.endsWith(`.${domain}`));

export const isVaultAudience = (host: string): boolean => vaultDomains.includes(host);
