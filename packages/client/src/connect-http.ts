export { connectHttp } from './http/connect-http.ts'
