export { copyTestDatabase, createTestDatabase, dropTestDatabase, type TestDatabase } from './create-test-database.ts';
