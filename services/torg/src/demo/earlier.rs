//! The demo's sheet as it was a week ago.

use std::path::Path;

/// What the sheet said at the beginning of the week, instead of what it says now.
const EARLIER: [(&str, &str); 3] = [
    (
        "20 л синий,Рюкзаки,5,2490,2290,3363000581",
        "20 л синий,Рюкзаки,7,2690,2490,3363000581",
    ),
    (
        "«Светляк» 400 лм,Фонари,3,1990",
        "«Светляк» 400 лм,Фонари,6,2190",
    ),
    (
        "10 мм жёлтый,Снаряжение,6,1090",
        "10 мм жёлтый,Снаряжение,8,990",
    ),
];

/// The sheet as it was at the beginning of the week.
pub(super) fn earlier(state: &Path, sheet: &Path) -> anyhow::Result<std::path::PathBuf> {
    let folder = state.join("demo").join("earlier");
    std::fs::create_dir_all(&folder)?;
    for file in std::fs::read_dir(sheet)? {
        let file = file?;
        let mut text = std::fs::read_to_string(file.path())?;
        // A row that somebody has edited since is as it is.
        for (now, then) in EARLIER {
            text = text.replace(now, then);
        }
        std::fs::write(folder.join(file.file_name()), text)?;
    }
    Ok(folder)
}
