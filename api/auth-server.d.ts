// @lutra/auth-server

export {
};

