/** What getting into protected servers needs of Node.js: a browser, files, and addresses that are looked up once. */
export {}
