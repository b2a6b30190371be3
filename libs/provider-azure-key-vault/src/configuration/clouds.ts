/** The login service of the public cloud. */
export const publicAuthorityHost = 'https://login.microsoftonline.com';

/**
 * Under these names Microsoft runs Key Vault, each also the audience of its tokens.
 * https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#dns-suffixes-for-object-identifiers
 */
const vaultDomains = ['vault.azure.net', 'vault.azure.cn', 'vault.usgovcloudapi.net', 'vault.microsoftazure.de'];

/** Whether a host is one of Microsoft's, where a vault proves itself by the domain that it is in. */
export const isKnownVaultHost = (host: string): boolean => vaultDomains.some((domain) => host.endsWith(`.${domain}`));

export const isVaultAudience = (host: string): boolean => vaultDomains.includes(host);
