"""The module of a Node function's handler may be a .cjs, too.

Source: src/UserFunction.js of aws-lambda-nodejs-runtime-interface-client, `_tryRequire`. MiniStack finds .js and .mjs.
"""
from ministack.core import lambda_runtime

MJS = 'const mjsPath = fullPath + ".mjs";'
EITHER = 'const mjsPath = fullPath + (fs.existsSync(fullPath + ".mjs") ? ".mjs" : ".cjs");'


def apply():
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    assert MJS in script
    lambda_runtime._NODEJS_WORKER_SCRIPT = script.replace(MJS, EITHER)
