// @lutra/client/auth-node

export {
};

