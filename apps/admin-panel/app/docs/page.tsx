import { redirect } from 'next/navigation';

const DocsPage = () => redirect('/docs/use-secrets');

export default DocsPage;
