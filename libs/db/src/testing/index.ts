export {
  copyTestDatabase,
  createTestDatabase,
  dropTestDatabase,
  testDatabaseAt,
  type TestDatabase,
} from './create-test-database.ts';
