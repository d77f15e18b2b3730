//! All that the typesetter can see: the template, one JSON file, and one family of fonts, all in memory.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

const TEMPLATE: &str = include_str!("invoice.typ");

/// Golos Text, regular, semi-bold and bold (OFL; the licence stands beside the files).
const FACES: [&[u8]; 3] = [
    include_bytes!("../fonts/GolosText_400Regular.ttf"),
    include_bytes!("../fonts/GolosText_600SemiBold.ttf"),
    include_bytes!("../fonts/GolosText_700Bold.ttf"),
];

struct Fonts {
    book: LazyHash<FontBook>,
    faces: Vec<Font>,
}

static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let faces: Vec<Font> = FACES
        .into_iter()
        .flat_map(|face| Font::iter(Bytes::new(face)))
        .collect();
    Fonts {
        book: LazyHash::new(FontBook::from_fonts(&faces)),
        faces,
    }
});

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// The two files. File ids are 16-bit numbers that are never given back, so there is one of each per process and
/// none per invoice. `None` cannot be: both paths are plain.
static TEMPLATE_ID: LazyLock<Option<FileId>> = LazyLock::new(|| file_id("/invoice.typ"));
static DATA_ID: LazyLock<Option<FileId>> = LazyLock::new(|| file_id("/invoice.json"));

fn file_id(path: &str) -> Option<FileId> {
    let path = VirtualPath::new(path).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// True when the typeface has a picture of the character. All faces have the same ones.
pub(crate) fn has_picture(character: char) -> bool {
    let covers = |face: &Font| face.info().coverage.contains(u32::from(character));
    FONTS.faces.first().is_some_and(covers)
}

/// What one compilation sees.
pub(crate) struct Desk {
    main: FileId,
    template: Source,
    data: Bytes,
}

impl Desk {
    /// A desk with the template and this JSON; `None` when the paths above were spelled wrongly.
    pub(crate) fn new(json: Vec<u8>) -> Option<Self> {
        let main = (*TEMPLATE_ID)?;
        Some(Self {
            main,
            template: Source::new(main, TEMPLATE.to_owned()),
            data: Bytes::new(json),
        })
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if Some(id) == *DATA_ID {
            Ok(self.data.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.faces.get(index).cloned()
    }

    /// No day at all: the page must be the same on any of them.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faces_have_the_same_pictures() {
        let pictures = |face: &Font| face.info().coverage.iter().collect::<Vec<_>>();
        let first = pictures(&FONTS.faces[0]);
        assert!(first.len() > 500, "{}", first.len());
        assert_eq!(FONTS.faces.len(), 3);
        assert!(FONTS.faces.iter().all(|face| pictures(face) == first));
    }

    #[test]
    fn no_other_file_can_be_read() {
        let desk = Desk::new(b"{}".to_vec()).unwrap();
        for path in ["/etc/passwd", "/invoice.json.bak", "/qr.svg"] {
            let id = file_id(path).unwrap();
            assert!(desk.file(id).is_err() && desk.source(id).is_err(), "{path}");
        }
        assert!(
            desk.source(DATA_ID.unwrap()).is_err(),
            "the data can never be run as a template"
        );
        assert!(desk.file(DATA_ID.unwrap()).is_ok());
    }
}
