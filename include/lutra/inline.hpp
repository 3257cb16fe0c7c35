#pragma once
// Where functions that are no templates are compiled. Header-only, in every file that calls them: they are inline. A
// program that links lutra::dispatch (which defines LUTRA_DISPATCH) sees their declarations, and the library holds
// what the folders named `define` say of them.

#ifdef LUTRA_DISPATCH
#define LUTRA_INLINE
#else
#define LUTRA_INLINE inline
#endif
